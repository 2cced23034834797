//! TypeScript types as text, laid out as Prettier does.

use super::comment::{self, COLUMNS};
use super::read::{Field, Schemas, Type, Variant};

/// The indentation of a level, in spaces.
const INDENT: usize = 2;

/// The types in the order of their declarations: each root is followed by the types that it names
/// and that are not yet listed.
pub fn order<'a>(roots: &[impl AsRef<str>], all: &'a Schemas) -> Vec<&'a str> {
    fn visit<'a>(name: &str, all: &'a Schemas, order: &mut Vec<&'a str>) {
        let Some((name, _)) = all.get_key_value(name) else { return };
        if !order.contains(&name.as_str()) {
            order.push(name);
            for each in Type::named(name, all).names() {
                visit(each, all, order);
            }
        }
    }
    let mut order = Vec::new();
    for root in roots {
        visit(root.as_ref(), all, &mut order);
    }
    order
}

/// The declaration of a type.
pub fn declaration(name: &str, all: &Schemas) -> String {
    let doc = comment::block(&comment::of_type(&all[name]), 0);
    match Type::named(name, all) {
        Type::Object(fields) => format!("{doc}export interface {name} {}\n", block(&fields, 0)),
        Type::Union(variants) if is_long(name, &variants) => {
            let lines: String = variants.iter().map(variant).collect();
            format!("{doc}export type {name} ={lines};\n")
        }
        other => format!("{doc}export type {name} = {};\n", inline(&other, 0)),
    }
}

/// Whether each variant of a declaration has its own line.
fn is_long(name: &str, variants: &[Variant]) -> bool {
    let told = |each: &Variant| !each.doc.is_empty() || matches!(each.value, Type::Object(_));
    let line = || format!("export type {name} = {};", alternatives(variants, 0)).chars().count();
    variants.iter().any(told) || line() > COLUMNS
}

fn variant(variant: &Variant) -> String {
    let Variant { doc, value } = variant;
    format!("\n{}  | {}", comment::block(doc, INDENT), inline(value, 2 * INDENT))
}

/// A type as it is written after a field's name.
fn inline(value: &Type, indent: usize) -> String {
    match value {
        Type::Word(word) => word.clone(),
        Type::Named(name) => name.clone(),
        Type::List(item) => match (&**item, inline(item, indent)) {
            (Type::Union(_), item) => format!("({item})[]"),
            (_, item) => format!("{item}[]"),
        },
        Type::Record(value) => format!("Record<string, {}>", inline(value, indent)),
        Type::Some { names, value } => {
            format!("Partial<Record<{names}, {}>>", inline(value, indent))
        }
        Type::Object(fields) => match fields.as_slice() {
            [Field { name, value: Type::Word(word), doc, .. }] if doc.is_empty() => {
                format!("{{ {name}: {word} }}")
            }
            fields => block(fields, indent),
        },
        Type::Union(variants) => alternatives(variants, indent),
        Type::Extended { base, fields } => format!("{base} & {}", block(fields, indent)),
    }
}

fn alternatives(variants: &[Variant], indent: usize) -> String {
    let each: Vec<String> = variants.iter().map(|each| inline(&each.value, indent)).collect();
    each.join(" | ")
}

/// Fields in braces, one per line.
fn block(fields: &[Field], indent: usize) -> String {
    let inner = indent + INDENT;
    let line = |field: &Field| {
        let Field { name, optional, doc, value } = field;
        let (doc, margin) = (comment::block(doc, inner), " ".repeat(inner));
        let sign = if *optional { "?" } else { "" };
        format!("{doc}{margin}{name}{sign}: {};\n", inline(value, inner))
    };
    let lines: String = fields.iter().map(line).collect();
    format!("{{\n{lines}{}}}", " ".repeat(indent))
}
