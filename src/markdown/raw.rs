//! HTML in Markdown: named characters, addresses and tags in angle brackets.

/// The named characters: those of HTML that a text about caches may need.
const NAMED: [(&str, &str); 42] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("sect", "§"),
    ("para", "¶"),
    ("deg", "°"),
    ("plusmn", "±"),
    ("micro", "µ"),
    ("middot", "·"),
    ("times", "×"),
    ("divide", "÷"),
    ("frac12", "½"),
    ("sup2", "²"),
    ("euro", "€"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("bull", "•"),
    ("hellip", "…"),
    ("larr", "←"),
    ("uarr", "↑"),
    ("rarr", "→"),
    ("darr", "↓"),
    ("harr", "↔"),
    ("rArr", "⇒"),
    ("minus", "−"),
    ("infin", "∞"),
    ("asymp", "≈"),
    ("ne", "≠"),
    ("le", "≤"),
    ("ge", "≥"),
];

/// The characters of an `&…;` at the beginning, and its length.
pub fn entity(text: &str) -> Option<(String, usize)> {
    let (name, _) = text.strip_prefix('&')?.split_once(';')?;
    let length = name.len() + 2;
    let Some(number) = name.strip_prefix('#') else {
        let found = NAMED.iter().find(|(known, _)| *known == name);
        return found.map(|(_, letters)| ((*letters).to_owned(), length));
    };
    let (digits, radix, most) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 6),
        None => (number, 10, 7),
    };
    let is_number =
        (1..=most).contains(&digits.len()) && digits.chars().all(|it| it.is_digit(radix));
    let code = u32::from_str_radix(digits, radix).ok().filter(|_| is_number)?;
    let letter = char::from_u32(code).filter(|letter| *letter != '\0').unwrap_or('\u{fffd}');
    Some((letter.to_string(), length))
}

/// Angle brackets at the beginning.
pub enum Angle<'a> {
    Address(&'a str),
    /// A tag, a comment, a declaration or an instruction.
    Markup,
}

pub fn angle(text: &str) -> Option<Angle<'_>> {
    let rest = text.strip_prefix('<')?;
    if rest.starts_with("!--") || rest.starts_with('?') || rest.starts_with("![CDATA[") {
        return Some(Angle::Markup);
    }
    if let Some(name) = rest.strip_prefix('!') {
        let is_declaration =
            name.starts_with(|it: char| it.is_ascii_alphabetic()) && name.contains('>');
        return is_declaration.then_some(Angle::Markup);
    }
    let address = rest.split_once('>').map(|(address, _)| address);
    if let Some(address) = address.filter(|it| is_address(it)) {
        return Some(Angle::Address(address));
    }
    is_tag(rest).then_some(Angle::Markup)
}

/// Whether it is an address: a scheme, a colon, and no space; or a name, an at sign and a host.
fn is_address(text: &str) -> bool {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    let is_scheme = scheme.is_some_and(|scheme| {
        (2..=32).contains(&scheme.len())
            && scheme.starts_with(|it: char| it.is_ascii_alphabetic())
            && scheme.bytes().all(|it| it.is_ascii_alphanumeric() || b"+.-".contains(&it))
    });
    let is_host = |host: &str| {
        host.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
        })
    };
    let is_mail = text.split_once('@').is_some_and(|(name, host)| {
        let is_letter =
            |it: u8| it.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&it);
        !name.is_empty() && name.bytes().all(is_letter) && is_host(host)
    });
    let is_whole = text.chars().all(|it| !it.is_control() && !matches!(it, ' ' | '<'));
    is_whole && (is_scheme || is_mail)
}

/// Whether a complete tag follows the `<`.
fn is_tag(text: &str) -> bool {
    let (closing, rest) = match text.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if !rest.starts_with(|it: char| it.is_ascii_alphabetic()) {
        return false;
    }
    let mut rest = rest.trim_start_matches(|it: char| it.is_ascii_alphanumeric() || it == '-');
    if !closing {
        while let Some(after) = attribute(rest) {
            rest = after;
        }
    }
    let rest = rest.trim_start_matches([' ', '\t', '\n']);
    let rest = if closing { rest } else { rest.strip_prefix('/').unwrap_or(rest) };
    rest.starts_with('>')
}

/// The text after an attribute of a tag and the space before it.
fn attribute(text: &str) -> Option<&str> {
    const SPACE: [char; 3] = [' ', '\t', '\n'];
    let begin = text.trim_start_matches(SPACE);
    let is_first = |it: char| it.is_ascii_alphabetic() || it == '_' || it == ':';
    if begin.len() == text.len() || !begin.starts_with(is_first) {
        return None;
    }
    let is_name = |it: char| is_first(it) || it.is_ascii_digit() || it == '.' || it == '-';
    let rest = begin.trim_start_matches(is_name);
    let Some(value) = rest.trim_start_matches(SPACE).strip_prefix('=') else { return Some(rest) };
    let value = value.trim_start_matches(SPACE);
    match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split_once(quote).map(|(_, rest)| rest),
        _ => {
            let end = value.find([' ', '\t', '\n', '"', '\'', '=', '<', '>', '`'])?;
            (end > 0).then(|| &value[end..])
        }
    }
}
