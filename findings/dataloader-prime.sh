#!/usr/bin/env bash
# dataloader: prime() does not replace what is cached, and the Error of one key
# is cached while the failure of the whole batch is not.
#
# Expected: after a write, prime(id, saved) makes later loads see the new row;
# a failure is tried again by the next load.
#
# Instead: prime() of a key that has been loaded (or is being loaded) is silently
# ignored, and the old row stays; it takes clear(id).prime(id, saved). An Error
# that the batch function returns for one key is remembered as a value is: each
# later load of the key fails without asking. If the batch function throws, all
# its keys are forgotten and tried again.
#
# Source: the README, on prime and on errors.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
npm_packages dataloader@2.2.3
observe node --input-type=module - <<'JS'
import DataLoader from "dataloader";

const rows = new Map([[1, "old"]]);
let batches = 0;
const loader = new DataLoader(async (ids) => {
  batches += 1;
  if (ids.includes("throws") && batches < 3) throw new Error("the database is away");
  return ids.map((id) => rows.get(id) ?? new Error(`no row ${id}`));
});
const load = (id) => loader.load(id).catch((error) => error.message);

console.log("dataloader 2.2.3");
await load(1);
rows.set(1, "new");
loader.prime(1, "new");
console.log("load, write, prime, load:", await load(1));
loader.clear(1).prime(1, "new");
console.log("clear, prime, load:", await load(1));
await load(2);
rows.set(2, "made");
batches = 0;
console.log("no row 2, then it is made; load:", await load(2), `(${batches} batches)`);
rows.set("throws", "there");
await load("throws");
console.log("the batch threw; the next load:", await load("throws"), "- and the next:", await load("throws"));
JS
expect <<'END'
dataloader 2.2.3
load, write, prime, load: old
clear, prime, load: new
no row 2, then it is made; load: no row 2 (0 batches)
the batch threw; the next load: the database is away - and the next: there
END
