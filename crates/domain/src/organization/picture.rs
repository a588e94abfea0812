//! Pictures of organizations (O4): what may be sent, and what is hosted.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::text::Key;

/// The most bytes of a picture as it is sent, decoded from base64.
pub const MAX_BYTES: usize = 2_000_000;
/// The most pixels of a picture as it is sent: what it takes to decode one is bounded by them, not by its bytes.
pub const MAX_PIXELS: u64 = 4096 * 4096;
/// The most pixels in each direction of a picture as it is hosted.
pub const MAX_SIDE: u32 = 512;

const SCHEME: &str = "data:";
const ENCODING: &str = ";base64";

words! {
    /// The formats in which pictures are sent, by their media types.
    pub enum PictureFormat (UnknownPictureFormat: "must be a JPEG, PNG or GIF picture; image/jpeg, image/png and image/gif are their types") {
        /// JPEG.
        Jpeg = "image/jpeg",
        /// PNG.
        Png = "image/png",
        /// GIF, of which the first frame counts.
        Gif = "image/gif",
    }
}

impl PictureFormat {
    /// The format of a file, which its first bytes tell.
    pub fn of(file: &[u8]) -> Result<Self, UnknownPictureFormat> {
        let magic: [(&[u8], Self); 4] = [
            (b"\xff\xd8\xff", Self::Jpeg),
            (b"\x89PNG\r\n\x1a\n", Self::Png),
            (b"GIF87a", Self::Gif),
            (b"GIF89a", Self::Gif),
        ];
        let found = magic.into_iter().find(|(start, _)| file.starts_with(start));
        found.map(|(_, format)| format).ok_or(UnknownPictureFormat)
    }

    /// The format in which it is hosted. What may be transparent stays so.
    pub const fn hosted(self) -> HostedFormat {
        match self {
            Self::Jpeg => HostedFormat::Jpeg,
            Self::Png | Self::Gif => HostedFormat::Png,
        }
    }
}

words! {
    /// The formats in which pictures are hosted, as names of files end.
    pub enum HostedFormat (UnknownHostedFormat: "must be jpg or png") {
        /// JPEG.
        Jpeg = "jpg",
        /// PNG.
        Png = "png",
    }
}

impl HostedFormat {
    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => PictureFormat::Jpeg.as_str(),
            Self::Png => PictureFormat::Png.as_str(),
        }
    }
}

/// The name of a hosted picture: the SHA-256 of its bytes in hexadecimal digits, and its format. Two that differ have different names, so that
/// what is behind a name never changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PictureId {
    digest: String,
    format: HostedFormat,
}

/// The text is no name of a hosted picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 64 hexadecimal digits and .jpg or .png")]
pub struct InvalidPictureId;

impl PictureId {
    /// Of a picture with these bytes.
    pub fn of(bytes: &[u8], format: HostedFormat) -> Self {
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        Self {
            digest: digest.map(|byte| format!("{byte:02x}")).concat(),
            format,
        }
    }

    /// The digits.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The format.
    pub const fn format(&self) -> HostedFormat {
        self.format
    }
}

impl FromStr for PictureId {
    type Err = InvalidPictureId;

    fn from_str(text: &str) -> Result<Self, InvalidPictureId> {
        let (digest, format) = text.split_once('.').ok_or(InvalidPictureId)?;
        let is_hex = digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if digest.len() != 64 || !is_hex {
            return Err(InvalidPictureId);
        }
        Ok(Self {
            digest: digest.to_owned(),
            format: format.parse().map_err(|_| InvalidPictureId)?,
        })
    }
}

impl fmt::Display for PictureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.digest, self.format)
    }
}

/// What is sent as a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubmittedPicture {
    /// Where it is.
    At(PictureAddress),
    /// The picture itself.
    Inline(InlinePicture),
}

/// A URL that begins with `https://` or `http://`: at most 2,000 characters, no blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureAddress(Key<2000>);

/// A picture in base64, small enough.
#[derive(Clone, PartialEq, Eq)]
pub struct InlinePicture {
    /// The format that it is said to have.
    pub format: PictureFormat,
    /// The picture in base64 (RFC 4648 §4), not decoded yet.
    pub base64: String,
}

/// Without the picture, which may be large.
impl fmt::Debug for InlinePicture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "InlinePicture({}, {} characters)",
            self.format,
            self.base64.len()
        )
    }
}

impl PictureAddress {
    /// The URL.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The picture of our own that it leads to, where ours begin with this.
    pub fn hosted_under(&self, base: &str) -> Option<PictureId> {
        self.as_str().strip_prefix(base)?.parse().ok()
    }
}

impl FromStr for SubmittedPicture {
    type Err = PictureRefused;

    fn from_str(text: &str) -> Result<Self, PictureRefused> {
        let is_data = |start: &str| start.eq_ignore_ascii_case(SCHEME);
        if text.get(..SCHEME.len()).is_some_and(is_data) {
            inline(text).map(Self::Inline)
        } else {
            address(text).map(Self::At)
        }
    }
}

/// A data URI (RFC 2397).
fn inline(text: &str) -> Result<InlinePicture, PictureRefused> {
    let (head, base64) = text.split_once(',').ok_or(PictureRefused::Malformed)?;
    let head = head.to_ascii_lowercase();
    let media_type = head
        .strip_prefix(SCHEME)
        .and_then(|head| head.strip_suffix(ENCODING))
        .ok_or(PictureRefused::Malformed)?;
    let format = media_type.parse()?;
    let padding = base64.bytes().rev().take_while(|byte| *byte == b'=').count();
    check_size((base64.len() / 4 * 3).saturating_sub(padding))?;
    Ok(InlinePicture {
        format,
        base64: base64.to_owned(),
    })
}

fn address(text: &str) -> Result<PictureAddress, PictureRefused> {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    let address: Key<2000> = text.parse().map_err(|_| PictureRefused::Malformed)?;
    if is_web && !text.contains(char::is_whitespace) {
        Ok(PictureAddress(address))
    } else {
        Err(PictureRefused::Malformed)
    }
}

/// Whether a file is small enough.
pub fn check_size(bytes: usize) -> Result<(), PictureRefused> {
    if bytes > MAX_BYTES {
        return Err(PictureRefused::TooLarge);
    }
    Ok(())
}

/// Whether a picture of this width and height is small enough to be decoded.
pub fn check_pixels((width, height): (u32, u32)) -> Result<(), PictureRefused> {
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureRefused::TooManyPixels);
    }
    Ok(())
}

/// The format of a file, which must be the one that it is said to have, if something is said.
pub fn check_format(file: &[u8], said: Option<PictureFormat>) -> Result<PictureFormat, PictureRefused> {
    let found = PictureFormat::of(file)?;
    match said {
        Some(said) if said != found => Err(PictureRefused::Contradicts { said, found }),
        _ => Ok(found),
    }
}

/// Why a picture is not taken (O4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureRefused {
    /// It is neither kind of text.
    #[error(
        "must be an https:// URL of at most 2000 characters, or a data URI that begins with data:image/png;base64, or the like"
    )]
    Malformed,
    /// The data URI holds no base64.
    #[error("is not base64 behind the comma; encode the file once more, with padding")]
    NotBase64,
    /// It is of no format that is known.
    #[error(transparent)]
    Format(#[from] UnknownPictureFormat),
    /// It is not what its data URI says.
    #[error("is said to be {said} and is {found}; say what it is")]
    Contradicts {
        /// What the data URI says.
        said: PictureFormat,
        /// What its bytes say.
        found: PictureFormat,
    },
    /// It has too many bytes.
    #[error("is larger than 2 MB (2 000 000 bytes); send a smaller file")]
    TooLarge,
    /// It has too many pixels.
    #[error("has more than 4096 × 4096 pixels; scale it down first")]
    TooManyPixels,
    /// It cannot be decoded.
    #[error("cannot be decoded, since it is damaged or not all there; export it once more")]
    Damaged,
    /// The URL, or what it is redirected to, is not one that is fetched.
    #[error(
        "must lead, redirects included, to https URLs at port 443 without user name and password; use another one, or send a data URI"
    )]
    Url,
    /// The URL, or what it is redirected to, leads into a network that is not public.
    #[error(
        "leads to an address that is not public; put the picture where everybody can fetch it, or send a data URI"
    )]
    NotPublic,
    /// There are too many redirects.
    #[error("is redirected more than three times; use the URL at the end, or send a data URI")]
    TooManyRedirects,
    /// The site answers something else.
    #[error("is answered with status {0} by its site instead of 200; use another URL, or send a data URI")]
    Status(u16),
    /// The site does not answer.
    #[error(
        "cannot be fetched: its site is not found, does not answer in time, or cannot prove who it is; use another URL, or send a data URI"
    )]
    Unreachable,
    /// It is a URL of ours without a picture behind it.
    #[error("is a picture that is not hosted here; send the picture itself")]
    NotHosted,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> PictureRefused {
        text.parse::<SubmittedPicture>().unwrap_err()
    }

    #[test]
    fn o4_a_picture_is_a_url_or_a_data_uri() {
        for text in [
            "https://cdn.example.com/logo.png",
            "http://127.0.0.1:8080/pictures/x",
            "data:image/png;base64,iVBORw0KGgo=",
            "DATA:Image/JPEG;BASE64,/9j/",
            "data:image/gif;base64,",
        ] {
            assert!(text.parse::<SubmittedPicture>().is_ok(), "{text:?}");
        }
        for text in [
            "",
            "logo.png",
            "//example.com/logo.png",
            "ftp://example.com/logo.png",
            "file:///etc/passwd",
            "https://example.com/a b.png",
            "https://exa\nmple.com/",
            "data:",
            "data:image/png;base64",
            "data:image/png,iVBORw0KGgo=",
            "däta:image/png;base64,",
            &format!("https://example.com/{}", "a".repeat(2000)),
        ] {
            assert_eq!(refused(text), PictureRefused::Malformed, "{text:?}");
        }
    }

    #[test]
    fn o4_a_picture_is_jpeg_png_or_gif() {
        let refusal = PictureRefused::Format(UnknownPictureFormat);
        for kind in ["image/svg+xml", "image/webp", "image/jpg", "text/html", ""] {
            assert_eq!(refused(&format!("data:{kind};base64,AAAA")), refusal, "{kind}");
        }
        for file in [
            &b"<svg xmlns="[..],
            b"RIFF\0\0\0\0WEBP",
            b"BM",
            b"GIF90a",
            b"\x89PNG",
            b"",
        ] {
            assert_eq!(check_format(file, None), Err(refusal));
        }
        for (file, format) in [
            (&b"\xff\xd8\xff\xe0"[..], PictureFormat::Jpeg),
            (b"\x89PNG\r\n\x1a\n\0", PictureFormat::Png),
            (b"GIF87a", PictureFormat::Gif),
            (b"GIF89a", PictureFormat::Gif),
        ] {
            for said in PictureFormat::ALL {
                assert_eq!(check_format(file, Some(said)).is_ok(), said == format);
            }
            assert_eq!(check_format(file, None), Ok(format));
        }
    }

    #[test]
    fn o4_two_megabytes_are_small_enough_and_a_byte_more_is_not() {
        let sent = |size: usize| {
            let padding = (3 - size % 3) % 3;
            let digits = "A".repeat(size.div_ceil(3) * 4 - padding);
            format!("data:image/png;base64,{digits}{}", "=".repeat(padding))
        };
        assert!(sent(MAX_BYTES).parse::<SubmittedPicture>().is_ok());
        assert_eq!(refused(&sent(MAX_BYTES + 1)), PictureRefused::TooLarge);
        assert_eq!(check_pixels((4096, 4096)), Ok(()));
        assert_eq!(
            check_pixels((u32::MAX, u32::MAX)),
            Err(PictureRefused::TooManyPixels)
        );
        assert_eq!(check_pixels((4096, 4097)), Err(PictureRefused::TooManyPixels));
    }

    #[test]
    fn o4_a_hosted_picture_is_named_after_its_bytes() {
        let id = PictureId::of(b"abc", HostedFormat::Png);
        // FIPS 180-2, B.1.
        let name = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.png";
        assert_eq!(id.to_string(), name);
        assert_eq!(name.parse(), Ok(id.clone()));
        assert_ne!(PictureId::of(b"abc", HostedFormat::Jpeg), id);
        let digest = id.digest();
        for text in [
            "",
            digest,
            &format!("{digest}.gif"),
            &format!("{digest}.png."),
            &format!("{}.png", digest.to_uppercase()),
            &format!("{}.png", &digest[1..]),
            "../../etc/passwd",
        ] {
            assert_eq!(text.parse::<PictureId>(), Err(InvalidPictureId), "{text:?}");
        }
    }

    #[test]
    fn o4_a_url_of_our_own_leads_to_its_picture() {
        let base = "http://127.0.0.1:8080/pictures/";
        let id = PictureId::of(b"abc", HostedFormat::Png);
        let found = |text: String| match text.parse() {
            Ok(SubmittedPicture::At(address)) => address.hosted_under(base),
            _ => None,
        };
        assert_eq!(found(format!("{base}{id}")), Some(id.clone()));
        assert_eq!(found(format!("{base}{id}?x")), None);
        assert_eq!(found(format!("https://example.com/pictures/{id}")), None);
    }
}
