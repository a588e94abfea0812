//! Whatever is an address to us can be mailed.

use proptest::prelude::*;
use tenantry_application::ports::InvitationMail;
use tenantry_domain::text::Email;

use crate::message::Message;
use crate::support::*;

/// What is an address, and what might pass for one.
fn written() -> impl Strategy<Value = String> {
    let domain = r"[a-z0-9ß](-?[a-zé0-9]){0,20}(\.[a-z]{2,9}){0,3}";
    let local = prop_oneof![
        "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~ßıſé-]{1,64}",
        "[a-z]{1,9}(\\.[A-Z0-9é+]{1,9}){1,5}",
        r#""[a-z@ .\\]{1,9}""#,
        "\\PC{1,20}",
    ];
    (local, domain).prop_map(|(local, domain)| format!("{local}@{domain}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn t15_whatever_is_an_address_can_be_written_to(text in written()) {
        let Ok(to) = text.parse::<Email>() else {
            return Ok(());
        };
        let message = Message::of(&InvitationMail { to: to.clone(), ..mail() }, stationery());
        prop_assert_eq!(message.header("To"), to.as_str());
    }
}
