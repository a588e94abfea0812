//! What browsers are told about every answer.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};

/// Who may embed an answer (the Fetch standard).
pub(crate) const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// The headers of every answer that does not say otherwise, for a service that is reached there.
pub(crate) fn headers(public_url: &str) -> Vec<(HeaderName, HeaderValue)> {
    let mut headers = vec![
        (CACHE_CONTROL, "no-store"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    // Told over plain HTTP it means nothing, and a name that is reached that way would be lost to it for a year.
    if public_url.starts_with("https://") {
        headers.push((STRICT_TRANSPORT_SECURITY, "max-age=31536000"));
    }
    headers
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_service_that_is_reached_by_tls_asks_for_it() {
        let asks = |url| {
            headers(url)
                .iter()
                .any(|(name, _)| name == STRICT_TRANSPORT_SECURITY)
        };
        assert!(asks("https://tenantry.example.com"));
        assert!(!asks("http://127.0.0.1:8080"));
    }
}
