//! Tests of schemas as TypeScript, and of the published files.

use serde_json::json;

use super::*;

#[track_caller]
fn check(types: serde_json::Value, root: &str, expected: &str) {
    let serde_json::Value::Object(all) = types else { panic!("schemas by name") };
    let written: Vec<String> = write::order(&[root], &all)
        .into_iter()
        .map(|name| write::declaration(name, &all))
        .collect();
    assert_eq!(written.join("\n"), expected);
}

#[test]
fn the_published_files_are_up_to_date() {
    for file in File::ALL {
        let published = match file {
            File::Scenario => include_str!("../npm/scenario.d.ts"),
            File::Report => include_str!("../npm/report.d.ts"),
        };
        assert!(published == file.text(), "{} is out of date: run `make generated`", file.name());
    }
}

#[test]
fn every_declaration_says_what_it_is() {
    for file in File::ALL {
        let text = file.text();
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.windows(2).filter(|pair| pair[1].starts_with("export ")) {
            assert!(pair[0].ends_with("*/"), "{} in {}", pair[1], file.name());
        }
        for untyped in [": unknown", "unknown[]", "unknown>", "| unknown"] {
            assert!(!text.contains(untyped), "a value without a type in {}", file.name());
        }
    }
}

#[test]
fn required_fields_come_first_as_declared_and_a_type_after_the_one_that_names_it() {
    let of = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    check(
        json!({
            "A": { "description": "None.", "type": "boolean" },
            "Root": {
                "description": "The root.",
                "type": "object",
                "required": ["z", "b"],
                "properties": {
                    "a": { "anyOf": [of("A"), { "type": "null" }] },
                    "b": { "type": "array", "items": { "type": ["string", "null"] } },
                    "z": of("Z"),
                },
            },
            "Z": { "description": "Values.", "type": "object", "additionalProperties": of("A") },
        }),
        "Root",
        "\
/** The root. */
export interface Root {
  z: Z;
  b: (string | null)[];
  a?: A | null;
}

/** Values. */
export type Z = Record<string, A>;

/** None. */
export type A = boolean;
",
    );
}

#[test]
fn a_field_has_its_range_and_its_default() {
    let whole = |more: serde_json::Value| {
        let mut field = json!({ "description": "So many.", "type": "integer" });
        field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        field
    };
    check(
        json!({ "Root": {
            "type": "object",
            "properties": {
                "a": whole(json!({ "minimum": 1, "maximum": 16, "default": 2 })),
                "b": whole(json!({ "minimum": 1, "maximum": 1, "default": 1 })),
                "c": whole(json!({ "minimum": -(1_i64 << 53), "maximum": 1_u64 << 53 })),
                "d": whole(json!({ "maximum": crate::time::LONGEST_US, "default": null })),
                "e": whole(json!({ "format": "int64" })),
                "f": { "description": "Some */ text.", "type": "string", "default": "x" },
            },
        } }),
        "Root",
        "\
export interface Root {
  /** So many (1..16; default 2). */
  a?: number;
  /** So many. */
  b?: number;
  /** So many (-2^53..2^53). */
  c?: number;
  /** So many (0..one year). */
  d?: number;
  /** So many. */
  e?: Whole;
  /** Some *\\/ text (default \"x\"). */
  f?: string;
}
",
    );
}

#[test]
fn variants_have_lines_of_their_own_where_they_say_something() {
    let word = |name: &str, text: &str| json!({ "const": name, "description": text });
    check(
        json!({ "Root": { "oneOf": [{ "enum": ["a", "b"] }, word("c", "The last.")] } }),
        "Root",
        "\
export type Root =
  | \"a\"
  | \"b\"
  /** The last. */
  | \"c\";
",
    );
    check(json!({ "Root": { "enum": ["a", "b"] } }), "Root", "export type Root = \"a\" | \"b\";\n");
}

#[test]
fn a_union_with_fields_besides_is_the_union_and_more() {
    let does = |what: &str| {
        json!({ "type": "object", "required": ["do"],
        "properties": { "do": { "const": what } } })
    };
    let all = [does("a"), does("b")];
    let at_us = json!({ "at_us": { "type": "integer" } });
    check(
        json!({
            "Root": { "oneOf": all, "required": ["at_us"], "properties": at_us },
            "What": { "oneOf": all },
        }),
        "Root",
        "\
export type Root = What & {
  at_us: number;
};

export type What =
  | { do: \"a\" }
  | { do: \"b\" };
",
    );
}

#[test]
fn fields_that_another_type_lists_are_a_record_of_some() {
    let value = json!({ "type": "boolean" });
    check(
        json!({
            "Name": { "enum": ["a", "b"], "type": "string" },
            "Root": { "type": "object", "properties": { "a": value, "b": value } },
        }),
        "Root",
        "\
export type Root = Partial<Record<Name, boolean>>;

export type Name = \"a\" | \"b\";
",
    );
}

#[test]
fn a_long_comment_is_wrapped_and_keeps_its_paragraphs() {
    let long = ["word"; 30].join(" ");
    assert_eq!(
        comment::block(&format!("{long}\n\nShort."), 2),
        format!(
            "  /**\n   * {}\n   * {}\n   *\n   * Short.\n   */\n",
            ["word"; 19].join(" "),
            ["word"; 11].join(" ")
        )
    );
}
