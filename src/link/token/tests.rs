use serde_json::{Value as Json, json};

use super::*;

fn written(value: &Json) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.value(value);
    writer.finish()
}

/// Encodes to this many bytes, and back to the same value.
#[track_caller]
fn check(value: Json, bytes: usize) {
    let written = written(&value);
    assert_eq!(written.len(), bytes, "{written:02x?}");
    let read = Reader::new(&written, 1 << 20).json().expect("it was written");
    let read: Json = serde_json::from_str(&read).expect("JSON");
    assert_eq!(read, value);
    // a zero can be negative
    assert_eq!(read.to_string(), value.to_string());
}

#[track_caller]
fn refused(bytes: &[u8], fault: TokenError) {
    assert_eq!(Reader::new(bytes, 1_000).json(), Err(fault), "{bytes:02x?}");
}

#[test]
fn plain_values() {
    check(json!(null), 1);
    check(json!([true, false]), 3);
    check(json!(7), 1);
    check(json!(8), 2);
    check(json!(-1), 2);
    check(json!(200), 3);
    check(json!(60_000_000), 3);
    check(json!(i64::MIN), 11);
    check(json!(i64::MAX), 11);
    check(json!(u64::MAX), 11);
    check(json!(20.0), 3);
    check(json!(-0.25), 3);
    check(json!(0.1), 3);
    check(json!(-0.0), 9);
    check(json!(1.0 / 3.0), 9);
    check(json!(f64::MAX), 9);
    check(json!(f64::MIN_POSITIVE), 9);
}

#[test]
fn a_text_is_written_once() {
    check(json!("read"), 1);
    check(json!("leases"), 2);
    check(json!("mine"), 5);
    check(json!(["mine", "mine", "mine"]), 8);
    check(json!(""), 2);
    check(json!("é\"\\\n\u{0}"), 7);
    check(json!("x".repeat(33)), 35);
    check(json!("00c0ffee00c0ffee"), 9);
    check(json!("00C0FFEE00C0FFEE"), 17);
    let many: Vec<String> = (0..200).map(|at| format!("t{at}")).collect();
    check(json!([many, many]), 1 + 2 * 3 + 10 * 3 + 90 * 4 + 100 * 5 + 64 + 136 * 2 + 136 - 128);
}

#[test]
fn an_action_takes_five_bytes_and_a_key() {
    let action = |at_us: u64| json!({"at_us": at_us, "do": "read", "key": "mine", "client": "ann"});
    check(json!([action(1)]), 1 + 2 + 4 + 1 + 1 + 1 + 5);
    check(json!([action(1), action(9_000)]), 15 + 1 + 3 + 1 + 1 + 1);
    check(json!([action(9_000), action(1)]), 17 + 1 + 3 + 1 + 1 + 1);
}

#[test]
fn an_instant_that_is_none_is_spelled_out() {
    check(json!({"at_us": [5]}), 2 + 6 + 2);
    check(json!([{"at_us": 5}, {"at_us": [5]}, {"at_us": 6}]), 1 + 4 + 10 + 2);
}

#[test]
fn shapes_that_differ_are_told_apart() {
    let objects: Vec<Json> = (0..100).map(|at| json!({format!("f{at}"): at})).collect();
    let all = json!([objects, objects]);
    let read = Reader::new(&written(&all), 1 << 20).json().expect("it was written");
    assert_eq!(serde_json::from_str::<Json>(&read).expect("JSON"), all);
}

#[test]
fn nonsense_is_refused() {
    for bytes in [
        &[] as &[u8],
        &[0x40],                         // a text that was never written
        &[0x80],                         // a shape that was never written
        &[0xc3, b'a'],                   // a text that ends too early
        &[0xc0, 0xff],                   // no UTF-8
        &[0xe9],                         // a list without its item
        &[0xe0, 0xe0],                   // something left over
        &[0xf0, 0xff],                   // a word that there is not
        &[0xf1, 0xff, 0xff, 0xff, 0x7f], // a text that was never written
        &[0xf8, 0x40, 0x02],             // ten to the 64th
        &[0xf9, 0x0a, 0x02],             // a decimal with ten places
        &[0xfa, 0xff, 0xff, 0xff, 0x7f], // a long list without its items
        &[0xfc, 0x01, 0xe0],             // a field without a name
        &[0xfc, 0x01, 0xf4],
        &[0xfe],
        &[0xff],
    ] {
        refused(bytes, TokenError::Nonsense);
    }
    refused(&[&[0xfd][..], &f64::NAN.to_le_bytes()].concat(), TokenError::Nonsense);
    refused(&[&[0xf7][..], &[0xff; 40]].concat(), TokenError::Nonsense);
    refused(&[0xe9; 1_000], TokenError::Deep);
    // a text that is named again and again
    let mut bomb = vec![0xfa, 0xff, 0x7f, 0xf3, 100];
    bomb.extend([b'x'; 100]);
    bomb.extend([0x40; 16_382]);
    refused(&bomb, TokenError::Long);
}

/// A number stands for the same word in every link.
#[test]
fn the_words_are_those_that_links_were_made_with() {
    let all = WORDS.join(" ");
    assert_eq!(WORDS.len(), 282);
    assert_eq!(crc::Crc::<u32>::new(&crc::CRC_32_ISCSI).checksum(all.as_bytes()), 3_913_770_975);
    let mut sorted = WORDS.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), WORDS.len(), "a word is here twice");
}
