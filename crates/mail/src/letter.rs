//! What a mail says.

use tenantry_application::ports::InvitationMail;
use tenantry_domain::Timestamp;
use tenantry_domain::user::Profile;

/// Begins text whose direction is its own (UAX 9).
const FIRST_STRONG_ISOLATE: char = '\u{2068}';
/// Ends it.
const POP_DIRECTIONAL_ISOLATE: char = '\u{2069}';

/// The words of a mail, as text and as HTML that says the same.
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// An invitation, which is accepted where this link leads.
pub(crate) fn invitation(mail: &InvitationMail, link: &str) -> Letter {
    let inviter = called(&mail.inviter);
    let subject = format!("{} invites you to {}", apart(&inviter), apart(mail.team.as_str()));
    let until = minute(mail.expires_at);
    let text = format!(
        "{}\n\n\
         To accept, open this link and sign in with the address {}:\n\n\
         {link}\n\n\
         It is for you alone, and works until {until}.\n\
         If you do not want to join, there is nothing to do.\n",
        sentence(mail, apart),
        mail.to,
    );
    let html = format!(
        "<!DOCTYPE html>\n\
         <html lang=\"en\">\n\
         <head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body>\n\
         <p>{sentence}</p>\n\
         <p><a href=\"{link}\">Accept the invitation</a>, and sign in with the address {to}.</p>\n\
         <p>The link is for you alone, and works until {until}.<br>\n\
         If you do not want to join, there is nothing to do.</p>\n\
         </body>\n\
         </html>\n",
        title = escaped(&subject),
        sentence = sentence(mail, strong),
        link = escaped(link),
        to = escaped(mail.to.as_str()),
    );
    Letter { subject, text, html }
}

/// Who invites whom to what, with names as `mark` writes them.
fn sentence(mail: &InvitationMail, mark: fn(&str) -> String) -> String {
    let organization = mail.organization.as_ref();
    let of = organization.map_or_else(String::new, |name| format!(" of {}", mark(name.as_str())));
    format!(
        "{} invites you to the team {}{of}, in the role {}.",
        mark(&introduced(&mail.inviter)),
        mark(mail.team.as_str()),
        mark(mail.role.name()),
    )
}

/// By name, or else by address.
fn called(profile: &Profile) -> String {
    let name = profile.name.as_ref().map(ToString::to_string);
    name.or_else(|| checked_email(profile))
        .unwrap_or_else(|| "Somebody".to_owned())
}

/// By name and address.
fn introduced(profile: &Profile) -> String {
    match (&profile.name, checked_email(profile)) {
        (Some(name), Some(email)) => format!("{name} ({email})"),
        _ => called(profile),
    }
}

/// An address that nobody has checked could be anybody's.
fn checked_email(profile: &Profile) -> Option<String> {
    let email = profile.email.as_ref().filter(|_| profile.email_verified);
    email.map(ToString::to_string)
}

/// To the minute: `2026-11-29 12:00 UTC`.
fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    let (day, time) = text.split_once('T').unwrap_or((&text, ""));
    let time = time.get(..5).unwrap_or(time);
    format!("{day} {time} UTC")
}

/// Apart from the words around it, also where it is written from right to left. What is in ASCII is so anyway.
fn apart(name: &str) -> String {
    if name.is_ascii() {
        return name.to_owned();
    }
    format!(
        "{FIRST_STRONG_ISOLATE}{}{POP_DIRECTIONAL_ISOLATE}",
        undirected(name)
    )
}

/// The same in HTML.
fn strong(name: &str) -> String {
    format!("<strong><bdi>{}</bdi></strong>", escaped(&undirected(name)))
}

/// Without what would turn the words around it, or end their being apart.
fn undirected(name: &str) -> String {
    name.chars()
        .filter(|character| !is_bidi_control(*character))
        .collect()
}

/// Unicode's `Bidi_Control` (UAX 9).
const fn is_bidi_control(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}
