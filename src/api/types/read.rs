//! Reads a schema by schemars as a TypeScript type.

use serde_json::{Map, Value as Json};

use super::comment;

/// Schemas by the names of their types.
pub type Schemas = Map<String, Json>;

/// A TypeScript type.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// A keyword, or a literal: `number`, `"read"`.
    Word(String),
    /// The name of another declaration.
    Named(String),
    List(Box<Type>),
    /// An object with values under any names.
    Record(Box<Type>),
    /// An object with values under some of the names that a declaration lists.
    Some {
        names: String,
        value: Box<Type>,
    },
    Object(Vec<Field>),
    /// One of several types.
    Union(Vec<Variant>),
    /// The fields of another declaration, and more.
    Extended {
        base: String,
        fields: Vec<Field>,
    },
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: String,
    pub optional: bool,
    /// The field's description; empty: none.
    pub doc: String,
    pub value: Type,
}

/// One of the types of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    pub doc: String,
    pub value: Type,
}

impl Type {
    /// The type of this name.
    pub fn named(name: &str, all: &Schemas) -> Type {
        let schema = &all[name];
        match base(name, schema, all) {
            Some(base) => Type::Extended { base, fields: fields(schema, all) },
            None => Type::of(schema, all),
        }
    }

    /// The type of a value.
    fn of(schema: &Json, all: &Schemas) -> Type {
        if let Some(name) = reference(schema) {
            return Type::Named(name.to_owned());
        }
        if let Some(value) = schema.get("const") {
            return Type::Word(value.to_string());
        }
        if let Some(listed) = schema["enum"].as_array() {
            return union(listed.iter().map(|value| plain(Type::Word(value.to_string()))));
        }
        if let Some(parts) = parts(schema) {
            let doc = |part| comment::of_type(part);
            return union(parts.iter().flat_map(|part| match (doc(part), Type::of(part, all)) {
                (doc, Type::Union(same)) if doc.is_empty() => same,
                (doc, value) => vec![Variant { doc, value }],
            }));
        }
        match &schema["type"] {
            Json::Array(kinds) => union(kinds.iter().map(|kind| plain(of_kind(kind, schema, all)))),
            kind => of_kind(kind, schema, all),
        }
    }

    /// The declarations that this type names, in order.
    pub fn names(&self) -> Vec<&str> {
        fn of_fields(fields: &[Field]) -> Vec<&str> {
            fields.iter().flat_map(|field| field.value.names()).collect()
        }
        match self {
            Type::Word(_) => Vec::new(),
            Type::Named(name) => vec![name],
            Type::List(item) | Type::Record(item) => item.names(),
            Type::Some { names, value } => [vec![names.as_str()], value.names()].concat(),
            Type::Object(fields) => of_fields(fields),
            Type::Union(variants) => variants.iter().flat_map(|each| each.value.names()).collect(),
            Type::Extended { base, fields } => [vec![base.as_str()], of_fields(fields)].concat(),
        }
    }
}

/// A type by JSON Schema's name for it.
fn of_kind(kind: &Json, schema: &Json, all: &Schemas) -> Type {
    match kind.as_str() {
        Some("array") => Type::List(Box::new(Type::of(&schema["items"], all))),
        Some("object") => match (listed(schema, all), schema.get("additionalProperties")) {
            (Some(of_names), _) => of_names,
            (None, Some(value @ Json::Object(_))) => Type::Record(Box::new(Type::of(value, all))),
            (None, _) => Type::Object(fields(schema, all)),
        },
        // what a strategy computes has no bound; counts and times stay below 2^53
        Some("integer") if schema["format"] == "int64" && schema.get("maximum").is_none() => {
            whole()
        }
        Some("integer") => word("number"),
        Some(same @ ("boolean" | "number" | "null" | "string")) => word(same),
        _ => word("unknown"),
    }
}

/// The fields: required ones as declared, then the others by name.
fn fields(schema: &Json, all: &Schemas) -> Vec<Field> {
    let Some(properties) = schema["properties"].as_object() else { return Vec::new() };
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let others = properties.keys().map(String::as_str).filter(|name| !required.contains(name));
    let names = required.iter().copied().chain(others);
    let field = |name: &str| {
        let schema = &properties[name];
        Field {
            name: name.to_owned(),
            optional: !required.contains(&name),
            doc: comment::of_field(schema),
            value: Type::of(schema, all),
        }
    };
    names.map(field).collect()
}

/// An object with one field for each name that another type lists, all of one type.
fn listed(schema: &Json, all: &Schemas) -> Option<Type> {
    let properties = schema["properties"].as_object()?;
    let value = Type::of(properties.values().next()?, all);
    let alike = properties.values().all(|each| Type::of(each, all) == value);
    let lists = |names: &Vec<Json>| {
        let known = |name: &Json| name.as_str().is_some_and(|name| properties.contains_key(name));
        names.len() == properties.len() && names.iter().all(known)
    };
    let mut lists = all.iter().filter(|(_, other)| other["enum"].as_array().is_some_and(lists));
    let (names, _) = lists.next().filter(|_| alike)?;
    Some(Type::Some { names: names.clone(), value: Box::new(value) })
}

/// The union whose variants this type extends with fields of its own.
fn base(name: &str, schema: &Json, all: &Schemas) -> Option<String> {
    schema.get("properties")?;
    let own = tags(schema)?;
    let others = all.iter().filter(|(other, _)| *other != name);
    let mut same = others.filter(|(_, other)| tags(other).as_ref() == Some(&own));
    same.next().map(|(name, _)| name.clone())
}

/// The values that tell the variants of a tagged union apart.
fn tags(schema: &Json) -> Option<Vec<&Json>> {
    fn tag(part: &Json) -> Option<&Json> {
        part["properties"].as_object()?.values().find_map(|field| field.get("const"))
    }
    parts(schema)?.iter().map(tag).collect()
}

fn parts(schema: &Json) -> Option<&Vec<Json>> {
    ["oneOf", "anyOf"].into_iter().find_map(|name| schema[name].as_array())
}

fn reference(schema: &Json) -> Option<&str> {
    schema["$ref"].as_str().and_then(|path| path.rsplit('/').next())
}

fn word(word: &str) -> Type {
    Type::Word(word.to_owned())
}

/// The type of whole numbers: a number, or a bigint.
fn whole() -> Type {
    Type::Named("Whole".to_owned())
}

fn plain(value: Type) -> Variant {
    Variant { doc: String::new(), value }
}

/// A union without duplicates; whole numbers are left out beside all numbers.
fn union(variants: impl Iterator<Item = Variant>) -> Type {
    let mut different: Vec<Variant> = Vec::new();
    for each in variants {
        if !different.contains(&each) {
            different.push(each);
        }
    }
    if different.contains(&plain(whole())) {
        different.retain(|each| *each != plain(word("number")));
    }
    match <[Variant; 1]>::try_from(different) {
        Ok([Variant { doc, value }]) if doc.is_empty() => value,
        Ok(one) => Type::Union(one.into()),
        Err(several) => Type::Union(several),
    }
}
