//! The page for course authors, and the answer for oEmbed: they name everything that there is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use stalemate::embed::{
    self, ErrorKind, INBOUND, Layout, LessonProgress, Options, Outbound, PARAMETERS, RunState,
    Theme,
};
use stalemate::history::Tone;
use stalemate::page::Panel;
use stalemate::ui::drive::pace::SPEEDS;

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rows of the table with this label: the text of the first cell's names, and the whole row.
fn rows(page: &str, label: &str) -> Vec<(BTreeSet<String>, String)> {
    let table = between(page, &format!("aria-label=\"{label}\""), "</table>");
    let body = between(table, "<tbody>", "</tbody>");
    let rows = body.split("<tr>").skip(1);
    rows.map(|row| (codes(between(row, "<th scope=\"row\">", "</th>")), row.to_owned())).collect()
}

fn between<'a>(text: &'a str, begin: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(begin).unwrap_or_else(|| panic!("{begin} is missing"));
    rest.split_once(end).unwrap_or_else(|| panic!("{end} is missing behind {begin}")).0
}

/// What is set as code, as words.
fn codes(html: &str) -> BTreeSet<String> {
    let codes = html.split("<code>").skip(1);
    codes.map(|code| code.split("</code>").next().unwrap_or_default().to_owned()).collect()
}

/// Checks that a table has a row for each of these names and no other, and gives the names that
/// are set as code in each row.
#[track_caller]
fn check(page: &str, label: &str, names: &[&str]) -> Vec<BTreeSet<String>> {
    let rows = rows(page, label);
    let told: Vec<&str> =
        rows.iter().flat_map(|(names, _)| names.iter().map(String::as_str)).collect();
    assert_eq!(told, names, "{label}");
    rows.iter().map(|(_, row)| codes(row)).collect()
}

/// One of each message, all of whose fields are set.
fn each_outbound() -> Vec<Outbound> {
    let (text, statement) = (String::new, || json!({}));
    let all = vec![
        Outbound::Ready { engine: text() },
        Outbound::Resize { height: 0 },
        Outbound::State(RunState::default()),
        Outbound::Event { at_us: 0, tone: Tone::Bad, text: text() },
        Outbound::Answer { statement: statement() },
        Outbound::Complete { statement: statement() },
        Outbound::Progress(LessonProgress::default()),
        Outbound::Scenario { json: text(), violations: Vec::new() },
        Outbound::Error { code: ErrorKind::Refused, message: text() },
    ];
    for message in &all {
        // A new one does not compile until it is named here; then it belongs into the list as well.
        match message {
            Outbound::Ready { .. } | Outbound::Resize { .. } | Outbound::State(_) => {}
            Outbound::Event { .. } | Outbound::Answer { .. } | Outbound::Complete { .. } => {}
            Outbound::Progress(_) | Outbound::Scenario { .. } | Outbound::Error { .. } => {}
        }
    }
    all
}

#[test]
fn it_names_every_parameter_of_the_address_with_its_values() {
    let page = file("static/embedding.html");
    let mut names = PARAMETERS.to_vec();
    names.sort_unstable();
    let mut told: Vec<String> =
        rows(&page, "Parameters of the address").into_iter().flat_map(|(names, _)| names).collect();
    told.retain(|name| !name.starts_with('#'));
    told.sort_unstable();
    assert_eq!(told, names);
    let row = |name: &str| {
        let rows = rows(&page, "Parameters of the address");
        rows.into_iter().find(|(names, _)| names.contains(name)).expect("a row").1
    };
    for theme in Theme::ALL {
        assert!(codes(&row("theme")).contains(theme.name()), "{theme:?}");
    }
    for layout in Layout::ALL {
        assert!(codes(&row("layout")).contains(layout.name()), "{layout:?}");
    }
    for speed in SPEEDS {
        let words = row("speed");
        let named =
            words.split(|c: char| !c.is_ascii_digit()).any(|word| word == speed.to_string());
        assert!(named, "{speed} is not among the speeds");
    }
    assert!(row("src").contains("1,048,576"), "the bound of a file");
    assert_eq!(stalemate::scenario::LONGEST_DOCUMENT, 1_048_576);
}

#[test]
fn the_parts_that_it_names_are_panels_in_the_order_of_the_page() {
    let rows = rows(&file("static/embedding.html"), "Parts to hide");
    let named: Vec<String> = rows.into_iter().flat_map(|(names, _)| names).collect();
    let ids = Panel::ALL.iter().map(|panel| panel.id());
    let known: Vec<&str> = ids.filter(|id| named.iter().any(|name| name == id)).collect();
    assert_eq!(named, known);
}

#[test]
fn it_names_every_message_in_with_its_fields_and_each_example_is_understood() {
    let page = file("static/embedding.html");
    let names = INBOUND.map(|(kind, _)| kind);
    for ((kind, fields), told) in INBOUND.iter().zip(check(&page, "Messages in", &names)) {
        for field in *fields {
            assert!(told.contains(*field), "{kind}: {field} is not named");
        }
        let examples: Vec<Value> = told.iter().filter_map(|code| example(code)).collect();
        assert_eq!(examples.len(), 1, "{kind}");
        assert_eq!(examples[0]["type"], json!(kind));
        let understood = embed::inbound(&examples[0]);
        assert!(matches!(understood, Some(Ok(_))), "{kind}: {understood:?}");
    }
    assert!(page.contains("0 to 31,536,000,000,000"));
    assert_eq!(stalemate::time::LONGEST_US, 31_536_000_000_000);
}

/// An object as JavaScript writes it, as JSON.
fn example(code: &str) -> Option<Value> {
    let inner = code.strip_prefix('{')?.strip_suffix('}')?;
    let mut text = String::from("{");
    for (at, part) in inner.split('"').enumerate() {
        match at % 2 {
            // outside of texts: names, and what separates them
            0 => {
                let is_name = |c: char| c.is_alphanumeric();
                let mut rest = part;
                while let Some(colon) = rest.find(':') {
                    let begin = rest[..colon].rfind(|c| !is_name(c)).map_or(0, |at| at + 1);
                    text += &format!("{}\"{}\":", &rest[..begin], &rest[begin..colon]);
                    rest = &rest[colon + 1..];
                }
                text += rest;
            }
            _ => text += &format!("\"{part}\""),
        }
    }
    text.push('}');
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}")))
}

#[test]
fn it_names_every_message_out_with_its_fields() {
    let page = file("static/embedding.html");
    let posted: Vec<Value> = each_outbound().iter().map(embed::outbound).collect();
    let names: Vec<&str> = posted.iter().filter_map(|message| message["type"].as_str()).collect();
    for (message, told) in posted.iter().zip(check(&page, "Messages out", &names)) {
        let common = ["context", "v", "type"];
        for field in message.as_object().expect("an object").keys() {
            let named = told.contains(field) || common.contains(&field.as_str());
            assert!(named, "{}: {field} is not named", message["type"]);
            let shown = told.iter().any(|code| code.starts_with('{') && code.contains(field));
            assert!(shown, "{}: {field} is not in the example", message["type"]);
        }
        // and the element knows it
        let event = format!("<code>stalemate-{}</code>", message["type"].as_str().unwrap_or(""));
        assert!(page.contains(&event), "{event}");
    }
}

#[test]
fn the_element_knows_every_parameter_and_every_message() {
    let element = file("static/embed.js");
    let list = |name: &str| -> BTreeSet<String> {
        let list = between(&element, &format!("const {name} = ["), "]");
        list.split(',').map(|each| each.trim().trim_matches('"').to_owned()).collect()
    };
    // that it is a part of a page, the element says by itself
    let parameters = PARAMETERS.iter().filter(|name| **name != "embed");
    assert_eq!(list("OPTIONS"), parameters.map(|name| (*name).to_owned()).collect());
    let types = each_outbound().iter().map(embed::outbound).collect::<Vec<_>>();
    let types = types.iter().filter_map(|message| message["type"].as_str());
    assert_eq!(list("SAID"), types.map(str::to_owned).collect());
    for (kind, _) in INBOUND {
        assert!(element.contains(&format!("type: \"{kind}\"")), "{kind}");
    }
}

#[test]
fn neither_page_has_script_or_style_of_its_own() {
    for name in ["static/embedding.html", "index.html"] {
        let page = file(name);
        for script in page.split("<script").skip(1) {
            assert!(script.split('>').next().is_some_and(|tag| tag.contains("src=")), "{name}");
        }
        // what is shown as an example is escaped
        for inline in ["<style", " style=", " onclick="] {
            let own = page.replace("style=\"border:0\"&gt;", "");
            assert!(!own.contains(inline), "{name}: {inline}");
        }
        assert!(page.contains("default-src 'none'"), "{name}");
    }
}

#[test]
fn the_oembed_answer_is_whole_and_its_frame_asks_for_what_there_is() {
    let answer: Value = serde_json::from_str(&file("static/oembed.json")).expect("JSON");
    // https://oembed.com, 2.3.4: what every answer and a rich one must have
    assert_eq!((&answer["version"], &answer["type"]), (&json!("1.0"), &json!("rich")));
    let (width, height) = (answer["width"].as_u64(), answer["height"].as_u64());
    let html = answer["html"].as_str().expect("html");
    for (name, size) in [("width", width), ("height", height)] {
        let size = size.expect("a size");
        assert!(html.contains(&format!("{name}=\"{size}\"")), "{name}");
    }
    let address = between(html, "src=\"", "\"");
    let home = answer["provider_url"].as_str().expect("an address");
    let query = address.strip_prefix(home).expect("the provider's own page");
    let (options, problems) = Options::parse(query);
    assert_eq!(problems, []);
    assert_eq!(options, Options { embed: true, ..Options::default() });
    let index = file("index.html");
    let link = "<link rel=\"alternate\" type=\"application/json+oembed\" href=\"oembed.json\"";
    assert!(index.contains(link));
}
