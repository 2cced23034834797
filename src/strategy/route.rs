//! Routing: which strategy serves a key.

/// The position of the longest prefix of a key; `None`: there is none.
pub fn route<'a>(key: &str, prefixes: impl IntoIterator<Item = &'a str>) -> Option<usize> {
    let serving = prefixes.into_iter().enumerate().filter(|(_, prefix)| key.starts_with(prefix));
    serving.max_by_key(|(_, prefix)| prefix.len()).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::route;

    #[test]
    fn the_longest_prefix_serves_whatever_the_order() {
        let at = |key: &str| route(key, ["user:", "", "user:1", "u"]);
        assert_eq!([at("user:2"), at("user:12"), at("us"), at("")], [0, 2, 3, 1].map(Some));
        assert_eq!(route("order:1", ["user:"]), None);
    }
}
