//! Doc comments of the TypeScript types, with the range of each value from its schema.

use serde_json::Value as Json;

use crate::time::LONGEST_US;

/// The longest line, in characters.
pub const COLUMNS: usize = 100;

/// The largest number of a document.
const EXACT: f64 = (1_u64 << 53) as f64;

/// The comment of a type; empty if it has none.
pub fn of_type(schema: &Json) -> String {
    schema["description"].as_str().unwrap_or_default().to_owned()
}

/// The comment of a field, with its range and default.
pub fn of_field(schema: &Json) -> String {
    let text = of_type(schema);
    let notes: Vec<String> = [range(schema), usual(schema)].into_iter().flatten().collect();
    match text.is_empty() || notes.is_empty() {
        true => text,
        false => format!("{} ({}).", text.trim_end_matches('.'), notes.join("; ")),
    }
}

/// A comment: on one line if it fits, else wrapped. An empty line separates paragraphs; an empty
/// text gives no comment.
pub fn block(text: &str, indent: usize) -> String {
    let (text, margin) = (text.replace("*/", "*\\/"), " ".repeat(indent));
    let fits = |line: &str, frame: &str| line.chars().count() <= COLUMNS - indent - frame.len();
    match wrapped(&text, |line| fits(line, " * ")).as_slice() {
        [] => String::new(),
        [line] if fits(line, "/**  */") => format!("{margin}/** {line} */\n"),
        lines => {
            let line = |line: &String| format!("{}\n", format!("{margin} * {line}").trim_end());
            let lines: String = lines.iter().map(line).collect();
            format!("{margin}/**\n{lines}{margin} */\n")
        }
    }
}

fn wrapped(text: &str, fits: impl Fn(&str) -> bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            match line.is_empty() || fits(&longer) {
                true => line = longer,
                false => lines.push(std::mem::replace(&mut line, word.to_owned())),
            }
        }
        lines.push(line);
    }
    lines
}

/// The range of a value: "1..16", or "0..64 items".
fn range(schema: &Json) -> Option<String> {
    let between = |least: &str, most: &str| {
        let (least, most) = (schema[least].as_f64(), schema[most].as_f64()?);
        Some((least.unwrap_or(0.0), most)).filter(|(least, most)| least != most)
    };
    // what an integer of 16 bits can hold is no rule
    let of_type = (Some(0.0), Some(f64::from(u16::MAX)));
    let is_rule = (schema["minimum"].as_f64(), schema["maximum"].as_f64()) != of_type;
    let (least, most, unit) = match between("minimum", "maximum").filter(|_| is_rule) {
        Some((least, most)) => (least, most, ""),
        None => between("minItems", "maxItems").map(|(least, most)| (least, most, " items"))?,
    };
    Some(format!("{}..{}{unit}", bound(least), bound(most)))
}

fn bound(number: f64) -> String {
    if number == LONGEST_US as f64 {
        "one year".to_owned()
    } else if number.abs() == EXACT {
        format!("{}2^53", if number < 0.0 { "-" } else { "" })
    } else {
        number.to_string()
    }
}

/// The default of a value, "default 1000", where it says more than that the field is optional.
fn usual(schema: &Json) -> Option<String> {
    let usual = schema.get("default")?;
    let says_nothing = match usual {
        Json::Null | Json::Array(_) | Json::Object(_) => true,
        Json::String(text) => text.is_empty(),
        // the only number that is allowed
        Json::Number(_) => *usual == schema["minimum"] && *usual == schema["maximum"],
        Json::Bool(_) => false,
    };
    match usual.as_f64() {
        _ if says_nothing => None,
        Some(number) => Some(format!("default {number}")),
        None => Some(format!("default {usual}")),
    }
}
