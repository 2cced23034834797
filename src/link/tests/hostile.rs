//! Property tests with hostile links: each opens or is refused, quickly and in little memory.
#![cfg(not(target_arch = "wasm32"))]

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;

/// Opens a link, or says why not, and checks that the scenario is within its bounds.
fn opens(link: &str) -> Result<(), TestCaseError> {
    match decode(link) {
        Ok(opened) => {
            prop_assert!(opened.scenario.to_json().len() <= 4 * LONGEST_DOCUMENT);
            prop_assert!(opened.scenario.validate().is_ok());
        }
        Err(error) => {
            let words = error.to_string();
            prop_assert!(words.ends_with(['.', ')']) || words.contains(": "), "{words}");
        }
    }
    Ok(())
}

/// Valid links, of each codec.
fn links() -> Vec<String> {
    let mut scenario = preset::find("fx2").expect("a preset").scenario();
    let source = "def read(key):\n    return db.read(key)\n\ndef write(key, value):\n    pass\n";
    let small = Scenario::default();
    let mut links = Vec::new();
    for title in ["", "Mine"] {
        scenario.title = title.to_owned();
        scenario.actions.extend(small.actions.clone());
        links.extend(
            Codec::ALL.map(|codec| encode_as(&[codec], &scenario, Some(Outcome::read(2, 7)))),
        );
        scenario.strategies[0].source = Some(source.to_owned());
        scenario.actions.push(Action { at_us: 9, what: What::FlushCache { cache: None } });
    }
    links.push(encode(&small, None));
    links.into_iter().map(|link| link.expect("it is short").text).collect()
}

/// The bodies of those links, without the first byte and the outcome.
fn contents() -> Vec<(Codec, Vec<u8>)> {
    let open = |link: String| {
        let (codec, body) = envelope::open(&link).expect("it is whole");
        let content = &body[if body[0] == 0 { 1 } else { 5 }..];
        let content = match codec.is_packed() {
            true => pack::unpack(content, LONGEST_DOCUMENT).expect("it is whole"),
            false => content.to_vec(),
        };
        (codec, content)
    };
    links().into_iter().map(open).collect()
}

/// A link with this content, uncompressed, which the format allows.
fn stored(codec: Codec, content: &[u8]) -> String {
    let mut body = vec![0];
    if codec.is_packed() {
        let length = content.len() as u16;
        body.push(1);
        body.extend([length.to_le_bytes(), (!length).to_le_bytes()].concat());
    }
    body.extend(content);
    envelope::seal(codec, &body).expect("it is short")
}

fn codec() -> impl Strategy<Value = Codec> {
    select(Codec::ALL.to_vec())
}

/// A change of a list: an item is replaced, removed or inserted, or the end is cut off.
fn mutate<T: Clone>(items: &mut Vec<T>, change: u8, at: Index, item: T) {
    if items.is_empty() {
        return items.push(item);
    }
    let at = at.index(items.len());
    match change % 4 {
        0 => items[at] = item,
        1 => drop(items.remove(at)),
        2 => items.insert(at, item),
        _ => items.truncate(at),
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn any_text() {
    proptest!(config(10_000), |(text in "(v[0-3]?\\.?[spqzx]?\\.?)?[A-Za-z0-9_.#é-]{0,60}")| {
        opens(&text)?;
    });
}

/// Random bytes in an intact link.
#[test]
fn any_bytes() {
    proptest!(config(25_000), |(codec in codec(), body in vec(any::<u8>(), 0..80))| {
        opens(&envelope::seal(codec, &body).expect("it is short"))?;
    });
}

/// Tokens of nearly valid values in an intact link.
#[test]
fn any_tokens() {
    // what stands for a value more often than for a text that there is not
    let usual =
        (0x00..0x40u8).chain((0xc0..=0xff).cycle().take(128)).chain([0x40, 0x41, 0x80, 0x81]);
    let usual: Vec<u8> = usual.collect();
    let token = any::<u8>().prop_map(move |byte| usual[usize::from(byte) % usual.len()]);
    proptest!(config(25_000), |(codec in codec(), content in vec(token, 0..80))| {
        opens(&stored(codec, &content))?;
    });
}

/// Valid links with characters changed, removed, inserted or cut off.
#[test]
fn changed_links() {
    let links: Vec<Vec<char>> = links().iter().map(|link| link.chars().collect()).collect();
    let characters: Vec<char> = "AZaz09-_.#v1spqz é".chars().collect();
    let change = (any::<u8>(), any::<Index>(), select(characters));
    proptest!(config(20_000), |(link in select(links), changes in vec(change, 1..4))| {
        let mut link = link;
        for (change, at, item) in changes {
            mutate(&mut link, change, at, item);
        }
        opens(&link.into_iter().collect::<String>())?;
    });
}

/// Two valid links, each cut somewhere and joined.
#[test]
fn spliced_links() {
    let links = links();
    let cut = (select(links), any::<Index>());
    proptest!(config(10_000), |(one in cut.clone(), other in cut)| {
        let (start, end) = (one.1.index(one.0.len()), other.1.index(other.0.len()));
        opens(&format!("{}{}", &one.0[..start], &other.0[end..]))?;
    });
}

/// Contents of valid links, changed in any way, in intact links.
#[test]
fn changed_contents() {
    let change = (any::<u8>(), any::<Index>(), any::<u8>());
    let content = select(contents());
    let other = (any::<Index>(), any::<Index>());
    proptest!(config(10_000), |(
        (codec, content) in content.clone(),
        (_, end) in content.clone(),
        cut in proptest::option::weighted(0.2, other),
        changes in vec(change, 0..4),
    )| {
        let mut content = content;
        if let Some((start, at)) = cut {
            content.truncate(start.index(content.len()));
            content.extend(&end[at.index(end.len())..]);
        }
        for (change, at, item) in changes {
            mutate(&mut content, change, at, item);
        }
        opens(&stored(codec, &content))?;
    });
}

/// A few bytes that announce much: long lists, long texts, texts and shapes that are repeated, runs
/// that compress to nothing.
#[test]
fn bombs() {
    let run = (select(vec![0x00, 0x40, 0x80, 0xe9, 0xef, 0xfc, 0xff]), 0..2_000usize);
    let start = vec(
        select((0xe0..=0xffu8).chain([0x40, 0x7f, 0x80, 0xc0, 0xdf]).collect::<Vec<_>>()),
        0..12,
    );
    proptest!(config(300), |(codec in codec(), start in start, (byte, scale) in run, wide in any::<bool>())| {
        let length = if wide { scale * 600 } else { scale };
        let content = [start, vec![byte; length]].concat();
        // what is not compressed has a bound of its own
        let content = if codec.is_packed() { content } else { content[..content.len().min(200_000)].to_vec() };
        opens(&sealed(codec, &content))?;
    });
}

/// A short link to ten thousand mistakes, each of which is nearly a name.
#[test]
fn many_problems() {
    let names: Vec<String> = (0..64).map(|at| format!("{}{at:02}", "n".repeat(30))).collect();
    let workloads: Vec<String> =
        names.iter().map(|name| format!(r#"{{"name": "{name}"}}"#)).collect();
    let action =
        format!(r#"{{"at_us": 1, "do": "stop-workload", "workload": "{}xx"}}"#, "m".repeat(30));
    let actions = vec![action; 10_000];
    let (workloads, actions) = (workloads.join(","), actions.join(","));
    let link = link_to(&format!(r#"{{"workloads": [{workloads}], "actions": [{actions}]}}"#));
    let Err(LinkError::Invalid { problems, .. }) = decode(&link) else { panic!("it opens") };
    assert_eq!(problems.len(), 10_000);
    assert!(problems[99].message.contains("allowed: n"), "{}", problems[99]);
    let length: usize = problems.iter().map(|problem| problem.message.len()).sum();
    assert!(length < 2_000_000, "{length}");
}
