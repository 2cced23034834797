//! What has to come out the same natively and in a browser, to the last bit. Each case runs in
//! both, against one expectation, so that neither can differ from the other unnoticed.

#[cfg(all(target_arch = "wasm32", feature = "api"))]
mod api;
mod determinism;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// Latencies and arrivals are drawn through these, so a difference here would be one everywhere.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn mathematics() {
    let mut bits = 0_u64;
    for step in 1..10_000_u32 {
        let x = f64::from(step) / 777.0;
        for y in [libm::log(x), libm::exp(-x), libm::pow(x, 0.99), libm::sqrt(x)] {
            bits = bits.rotate_left(7) ^ y.to_bits();
        }
    }
    assert_eq!(format!("{bits:016x}"), "bc4f85d0ee828f02");
}

/// Links that were made natively hold in a browser what they hold there.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn links() {
    let fixtures: Vec<&str> = include_str!("../links/v1.txt").split("\n\n").collect();
    assert!(fixtures.len() > 5);
    for fixture in fixtures {
        let lines: Vec<&str> = fixture.splitn(4, '\n').collect();
        let [about, link, _, json] = lines[..] else { panic!("{fixture}") };
        let opened =
            stalemate::link::decode(link).unwrap_or_else(|error| panic!("{about}: {error}"));
        let scenario = stalemate::scenario::Scenario::parse(json).unwrap();
        assert_eq!(opened.scenario, scenario, "{about}");
        let again = stalemate::link::encode(&scenario, opened.outcome).unwrap();
        assert_eq!(stalemate::link::decode(again.text()).unwrap().scenario, scenario, "{about}");
    }
}
