use httparse::{EMPTY_HEADER, Header, Response, Status, parse_chunk_size};
use hyper::{Method, StatusCode};

/// The most headers that an answer has.
const HEADERS: usize = 64;

/// What arrives is no answer whose end could be found.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    #[error("what the service sends is not HTTP/1.1: {0}")]
    Malformed(#[from] httparse::Error),
    #[error("the service does not say how long its answer is")]
    Endless,
    #[error("the service sends more than the answer")]
    TooMuch,
}

/// The status of the answer to a request of this method, once all of it has arrived (RFC 9112 §6).
///
/// # Errors
/// When more of it does not help.
pub fn read(asked: &Method, arrived: &[u8]) -> Result<Option<StatusCode>, NoAnswer> {
    let mut headers = [EMPTY_HEADER; HEADERS];
    let mut head = Response::new(&mut headers);
    let Status::Complete(begin) = head.parse(arrived)? else {
        return Ok(None);
    };
    let status = head.code.and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.ok_or(httparse::Error::Status)?;
    let is_empty = asked == Method::HEAD || matches!(status.as_u16(), 204 | 304);
    let body = arrived.get(begin..).unwrap_or_default();
    let end = if is_empty {
        Some(0)
    } else {
        end_of_body(head.headers, body)?
    };
    match end {
        Some(end) if end < body.len() => Err(NoAnswer::TooMuch),
        Some(end) if end == body.len() => Ok(Some(status)),
        _ => Ok(None),
    }
}

/// Where the body ends, as far as that is known.
fn end_of_body(headers: &[Header<'_>], body: &[u8]) -> Result<Option<usize>, NoAnswer> {
    let header = |name: &str| {
        let mut of_name = headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case(name));
        of_name.next().map(|header| header.value)
    };
    if header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case(b"chunked")) {
        return end_of_chunks(body);
    }
    let length = header("content-length").and_then(|value| str::from_utf8(value).ok()?.parse().ok());
    length.map(Some).ok_or(NoAnswer::Endless)
}

/// Behind the last chunk, which is empty, and the empty line: there are no trailers (RFC 9112 §7.1).
fn end_of_chunks(body: &[u8]) -> Result<Option<usize>, NoAnswer> {
    let mut begin = 0;
    while let Some(rest) = body.get(begin..) {
        let size = parse_chunk_size(rest).map_err(|_| httparse::Error::Token)?;
        let Status::Complete((line, size)) = size else {
            return Ok(None);
        };
        let size = usize::try_from(size).map_err(|_| httparse::Error::Token)?;
        begin = begin.saturating_add(line).saturating_add(size).saturating_add(2);
        if size == 0 {
            return Ok(Some(begin));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZED: &str = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}";
    const CHUNKED: &str =
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n[1, 2\r\nA\r\n, 3, 4, 5]\r\n0\r\n\r\n";
    const EMPTY: &str = "HTTP/1.1 204 No Content\r\netag: \"1\"\r\n\r\n";

    fn status(arrived: &str) -> Result<Option<u16>, NoAnswer> {
        let status = read(&Method::GET, arrived.as_bytes())?;
        Ok(status.map(|status| status.as_u16()))
    }

    #[test]
    fn an_answer_is_there_with_its_last_byte_and_not_before() {
        for (answer, expected) in [(SIZED, 201), (CHUNKED, 200), (EMPTY, 204)] {
            for end in 0..answer.len() {
                assert_eq!(status(&answer[..end]), Ok(None), "{:?}", &answer[..end]);
            }
            assert_eq!(status(answer), Ok(Some(expected)), "{answer:?}");
        }
    }

    #[test]
    fn what_is_asked_without_a_body_has_none() {
        let head = SIZED.trim_end_matches("{}");
        assert_eq!(
            read(&Method::HEAD, head.as_bytes()),
            Ok(Some(StatusCode::CREATED))
        );
    }

    #[test]
    fn what_has_no_end_or_goes_on_behind_it_is_no_answer() {
        assert_eq!(status("HTTP/1.1 200 OK\r\n\r\n{}"), Err(NoAnswer::Endless));
        assert_eq!(status(&format!("{SIZED}{SIZED}")), Err(NoAnswer::TooMuch));
        assert_eq!(status(&format!("{CHUNKED}!")), Err(NoAnswer::TooMuch));
        for bad in [
            "\u{16}\u{3}\u{1}",
            "SSH-2.0-OpenSSH_9.2",
            "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nno size\r\n",
        ] {
            assert!(status(bad).is_err(), "{bad:?}");
        }
    }
}
