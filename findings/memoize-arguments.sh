#!/usr/bin/env bash
# memoizee, p-memoize and lodash.memoize leave out arguments: another call's
# result comes back.
#
# Expected: the key is made of all the arguments, as in Python's lru_cache.
#
# Instead: memoizee takes as many as function.length says, which counts neither
# a parameter with a default, nor those after it, nor "...rest": adding "= 'en'"
# to a parameter makes all languages share one entry. p-memoize and
# lodash.memoize take the first argument only; all three tell objects apart by
# identity, so that equal ones never hit.
#
# Source: the READMEs, for p-memoize and lodash plainly, for memoizee under
# "arguments length".
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
npm_packages memoizee@0.4.17 p-memoize@8.0.0 lodash.memoize@4.1.2
observe node --input-type=module - <<'JS'
import memoizee from "memoizee";
import pMemoize from "p-memoize";
import lodash from "lodash.memoize";

const functions = {
  "(id, lang)": () => (id, lang) => `${id} ${lang}`,
  "(id, lang = 'en')": () => (id, lang = "en") => `${id} ${lang}`,
  "(...words)": () => (...words) => words.join(" "),
};
const memoizers = {
  "memoizee 0.4.17": (f) => memoizee(f),
  "memoizee 0.4.17, length: false": (f) => memoizee(f, { length: false }),
  "p-memoize 8.0.0": (f) => pMemoize(async (...words) => f(...words)),
  "lodash.memoize 4.1.2": (f) => lodash(f),
};
for (const [name, memoize] of Object.entries(memoizers)) {
  for (const [parameters, make] of Object.entries(functions)) {
    const page = memoize(make());
    await page(1, "de");
    console.log(`${name}, page${parameters}: page(1, "de"), then page(1, "fr"): ${await page(1, "fr")}`);
  }
}
JS
expect <<'END'
memoizee 0.4.17, page(id, lang): page(1, "de"), then page(1, "fr"): 1 fr
memoizee 0.4.17, page(id, lang = 'en'): page(1, "de"), then page(1, "fr"): 1 de
memoizee 0.4.17, page(...words): page(1, "de"), then page(1, "fr"): 1 de
memoizee 0.4.17, length: false, page(id, lang): page(1, "de"), then page(1, "fr"): 1 fr
memoizee 0.4.17, length: false, page(id, lang = 'en'): page(1, "de"), then page(1, "fr"): 1 fr
memoizee 0.4.17, length: false, page(...words): page(1, "de"), then page(1, "fr"): 1 fr
p-memoize 8.0.0, page(id, lang): page(1, "de"), then page(1, "fr"): 1 de
p-memoize 8.0.0, page(id, lang = 'en'): page(1, "de"), then page(1, "fr"): 1 de
p-memoize 8.0.0, page(...words): page(1, "de"), then page(1, "fr"): 1 de
lodash.memoize 4.1.2, page(id, lang): page(1, "de"), then page(1, "fr"): 1 de
lodash.memoize 4.1.2, page(id, lang = 'en'): page(1, "de"), then page(1, "fr"): 1 de
lodash.memoize 4.1.2, page(...words): page(1, "de"), then page(1, "fr"): 1 de
END
