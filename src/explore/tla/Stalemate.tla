------------------------------ MODULE Stalemate ------------------------------
(* The stores that a strategy calls, the tasks that call them, and the verdicts,
   as functions from a state to a state. A state is a record:

     db       rows: a value and a version; a deleted row keeps its version
     replicas of each, its rows, and commits that have not reached it: [key, value, version, due]
     caches   entries of each cache: [there, value, version, ttl]; where `there` is
              FALSE, only the version of a deleted entry is left
     leases   of each cache, the token that is out for a key
     tokens   of each cache, the last token that was given
     queues   items in line
     items    of each queue, the number of the last item
     due      of each queue, when a hidden item may come back; 0: none
     locks    who holds and who waits for a lock, the holder first
     tasks    programs that run: where each is, and its variables
     sent     calls of functions elsewhere that are on their way
     turn     whose turn it is of the app servers
     ops      what is known of each request and of each write from outside
     rows     the write whose value each row holds
     restored values of rows that a request has written back: [key, content, by]
     sessions what each client has seen and written of each key
     registers of each key, the requests under way and the orders that explain what was told
     left     what may still go wrong
     done     which of the scenario's deeds are done
     outside  how many writes have come from outside
     down     processes that are down
     lives    of each process that may crash, how often it has
     strays   calls that are on their way from tasks that died with their processes
     broken   the properties that the last step broke
     effects  effects so far

   A value is <<kind, what it is, who made it, how, what of>>. Who: the number of a request,
   0 for what a program made up, -1 for what was there at the start. How: 1 read from a row,
   2 computed of rows alone, 3 computed of what a request brought, 0 anything else. What of:
   the rows of which it was made, each with who made it, and the requests, each with "" for
   a row; nothing where who made it says it all.                                      *)
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  Requests,     \* what clients ask for: [kind, key, value, client]
  Asked,        \* the names of the properties that are judged
  Keys,         \* the keys that are judged
  InitialRows,  \* what the database holds at the start: values by key
  Changes,      \* queues to which every commit is put
  Hosts,        \* of each queue, the process that it is in
  Durable,      \* queues that survive their processes
  Coalescing,   \* queues whose last item of a key absorbs the next one
  Redeliver,    \* of each queue, after how long a taken item comes back
  Computes,     \* whether a program computes values or names keys: only then it is known what of
  Apps          \* how many app servers there are

Empty == [x \in {} |-> 0]
None == <<"none", 0, 0, 0, {}>>
Unset == <<"unset", 0, 0, 0, {}>>
NoVersion == -1
IsNone(v) == v[1] = "none"
Truth(v) ==
  CASE v[1] = "none" -> FALSE
    [] v[1] = "bool" -> v[2]
    [] v[1] = "int" -> v[2] # 0
    [] v[1] = "text" -> v[2] # ""
    [] v[1] = "list" -> v[2] # <<>>
    [] OTHER -> TRUE
(* Numbers: truth values are 1 and 0, floats are in thousandths. *)
IsNumber(v) == v[1] \in {"bool", "int", "float"}
Whole(v) == IF v[1] = "bool" THEN IF v[2] THEN 1 ELSE 0 ELSE v[2]
Thousandths(v) == IF v[1] = "float" THEN v[2] ELSE Whole(v) * 1000
Below(a, b) == IF a[1] = "float" \/ b[1] = "float" THEN Thousandths(a) < Thousandths(b)
               ELSE Whole(a) < Whole(b)
Same(a, b) == IF IsNumber(a) /\ IsNumber(b) THEN ~Below(a, b) /\ ~Below(b, a)
              ELSE a[1] = b[1] /\ a[2] = b[2]
Bool(b) == <<"bool", b, 0, 0, {}>>
Number(n) == <<"int", n, 0, 0, {}>>
List(items) == <<"list", items, 0, 0, {}>>
VersionOf(n) == IF n = NoVersion THEN None ELSE Number(n)
NumberOf(v) == IF IsNone(v) THEN NoVersion ELSE v[2]
Newer(a, b) == IF a[3] > b[3] THEN a[3] ELSE b[3]
(* Who made what was computed of two values, and what of. It is the request `me` that computes,
   if its own value is in it; or else the later request whose value is in it; or, of rows alone,
   the one that wrote the newer row. *)
IsOfRequest(v) == v[3] > 0 /\ v[4] \in {0, 3}
IsLiteral(v) == v[3] = 0 /\ v[5] = {}
MadeOf(v) == IF v[5] = {} /\ v[3] > 0 THEN {<<"", v[3]>>} ELSE v[5]
Made(me, a, b) ==
  LET of == {x \in {a, b} : IsOfRequest(x)}
      by == CASE \E x \in of : x[3] = me -> me
              [] of = {a, b} -> Newer(a, b)
              [] of # {} -> (CHOOSE x \in of : TRUE)[3]
              [] OTHER -> IF Newer(a, b) > 0 THEN Newer(a, b) ELSE 0
      all == MadeOf(a) \union MadeOf(b)
  IN <<by, IF of # {} THEN 3 ELSE IF IsLiteral(a) /\ IsLiteral(b) THEN 0 ELSE 2,
       IF all = {<<"", by>>} THEN {} ELSE all>>
By(v) == IF v[3] < 0 THEN 0 ELSE v[3]
(* A value as the row of a key says it, and as the row holds it. *)
OfRow(k, v) ==
  CASE ~Computes -> IF IsNone(v) THEN None ELSE v
    [] IsNone(v) -> <<"none", 0, 0, 1, {<<k, 0>>}>>
    [] OTHER -> <<v[1], v[2], v[3], 1, {<<k, By(v)>>}>>
InRow(v) == <<v[1], v[2], v[3], 0, {}>>
(* What a change of a row is told as. *)
OfChange(k, v, by) == IF Computes THEN <<v[1], v[2], by, 1, {<<k, IF by < 0 THEN 0 ELSE by>>}>> ELSE <<v[1], v[2], by, 0, {}>>
Show(v) ==
  CASE v[1] = "text" -> v[2]
    [] v[1] = "none" -> "None"
    [] v[1] = "bool" -> IF v[2] THEN "True" ELSE "False"
    [] v[1] = "int" -> ToString(v[2])
    [] OTHER -> Assert(FALSE, <<"this can't be written as a text in TLA+", v>>)
Glue(me, a, b) == <<"text", Show(a) \o Show(b)>> \o Made(me, a, b)
Sum(me, a, b) ==
  IF a[1] = "text" THEN Glue(me, a, b) ELSE <<"int", Whole(a) + Whole(b)>> \o Made(me, a, b)
Difference(me, a, b) == <<"int", Whole(a) - Whole(b)>> \o Made(me, a, b)
Product(me, a, b) == <<"int", Whole(a) * Whole(b)>> \o Made(me, a, b)
Quotient(me, a, b) ==
  <<"int", IF Whole(b) > 0 THEN Whole(a) \div Whole(b) ELSE (-Whole(a)) \div (-Whole(b))>>
    \o Made(me, a, b)
Remainder(me, a, b) ==
  <<"int", Whole(a) - Whole(b) * Quotient(me, a, b)[2]>> \o Made(me, a, b)
Negative(v) ==
  <<IF v[1] = "float" THEN "float" ELSE "int", IF v[1] = "float" THEN -v[2] ELSE -Whole(v),
    v[3], IF v[4] = 1 THEN 2 ELSE IF IsLiteral(v) THEN 0 ELSE IF v[4] = 0 THEN 3 ELSE v[4], v[5]>>
Positive(v) == IF v[1] = "bool" THEN <<"int", Whole(v), v[3], v[4], v[5]>> ELSE v
Get(f, x, default) == IF x \in DOMAIN f THEN f[x] ELSE default
With(f, x, y) == (x :> y) @@ f
Without(f, x) == [z \in DOMAIN f \ {x} |-> f[z]]

(* What must be so for a program to go on: otherwise its strategy has made a mistake. *)
IsKey(v) == v[1] = "text"
IsPlain(v) == v[1] \in {"none", "bool", "int", "float", "text"}
IsHeld(v) == v[1] \in {"bool", "int", "float", "text"}
IsAmount(v) == v[1] \in {"int", "float"}
IsVersion(v) == v[1] \in {"none", "int"}
IsRowVersion(v) == v[1] = "int"
IsLease(v) == v[1] = "int"
IsItem(v) == v[1] = "item"
IsCount(v) == v[1] = "int" /\ v[2] >= 1 /\ v[2] <= 10000
IsSeconds(v) == v[1] \in {"int", "float"} /\ v[2] >= 0
IsTtl(v) == v[1] = "none" \/ (v[1] \in {"int", "float"} /\ v[2] > 0)
IsLifetime(v) == v[1] \in {"int", "float"} /\ v[2] > 0
IsList(v) == IF v[1] = "text" THEN Assert(FALSE, <<"a text is no list in TLA+", v>>) ELSE v[1] = "list"
Has(v, attribute) == v[1] \in {"entry", "row", "item"} /\ attribute \in DOMAIN v[2]
Ordered(a, b) ==
  IF a[1] = "text" /\ b[1] = "text" THEN Assert(FALSE, <<"texts have no order in TLA+", a, b>>)
  ELSE IsNumber(a) /\ IsNumber(b)
Countable(a, b) ==
  IF a[1] = "float" \/ b[1] = "float"
  THEN Assert(FALSE, <<"floats can't be computed with in TLA+", a, b>>)
  ELSE IsNumber(a) /\ IsNumber(b)
Addable(a, b) == (a[1] = "text" /\ b[1] = "text") \/ Countable(a, b)
Divisible(a, b) == Countable(a, b) /\ Whole(b) # 0

(* Replies: a value, or the error of a source. *)
Ok(v) == [ok |-> TRUE, v |-> v]
Err(source, reason) == [ok |-> FALSE, v |-> <<source, reason>>]
Error(e, line) == <<"error", <<e[1], e[2], line>>, 0, 0, {}>>
ErrorOf(v) == [ok |-> FALSE, v |-> <<v[2][1], v[2][2]>>]
Caught(v, classes) ==
  \/ "StoreError" \in classes
  \/ v[2][1] = "cache" /\ "CacheError" \in classes
  \/ v[2][1] = "database" /\ "DatabaseError" \in classes
Reply(s, v) == [s |-> s, r |-> Ok(v)]

-----------------------------------------------------------------------------
(* Verdicts *)

DbRow(s, k) == Get(s.db, k, [value |-> None, version |-> 0])
Writes(kind) == kind # "read"
OpsOf(s, key) == {w \in DOMAIN s.ops : s.ops[w].key = key /\ Writes(s.ops[w].kind)}
Planned == [kind |-> "read", key |-> "", client |-> "", value |-> None, standing |-> "planned",
            outside |-> FALSE, amount |-> 0, version |-> 0, settled |-> FALSE, returned |-> FALSE,
            found |-> -1, over |-> FALSE, absorbed |-> 0, before |-> {}]
Break(s, property) ==
  IF property \in Asked THEN [s EXCEPT !.broken = @ \union {property}] ELSE s

(* One order that explains all that was told: each request takes its place in it no later than
   it must, when it ends, or before another one that ends. What an order leaves behind is who
   made what the key holds (0: it was there at the start), the sum where it was added to, which
   requests under way have had their place, and what reads among them saw. *)
FirstOrder == [by |-> 0, sum |-> <<>>, placed |-> {}, saw |-> Empty]
Register(s, key) == Get(s.registers, key, [open |-> {}, orders |-> {FirstOrder}])
Opens(s, w) ==
  LET key == s.ops[w].key IN
  IF "linearizable" \in Asked
  THEN [s EXCEPT !.registers = With(@, key, [Register(s, key) EXCEPT !.open = @ \union {w}])]
  ELSE s
HeldIn(s, key, by, sum) ==
  IF sum # <<>> THEN Number(sum[1])
  ELSE IF by = 0 THEN Get(InitialRows, key, None) ELSE s.ops[by].value
(* The order in which a request takes its place next; none where it can't. *)
Placed(s, key, order, w) ==
  LET held == HeldIn(s, key, order.by, order.sum)
      after == [order EXCEPT !.placed = @ \union {w}]
  IN CASE s.ops[w].kind = "read" -> {[after EXCEPT !.saw = With(@, w, <<order.by, order.sum>>)]}
       [] s.ops[w].kind = "increment" ->
            IF held[1] \notin {"none", "int"} THEN {}
            ELSE {[after EXCEPT !.by = w,
                     !.sum = <<(IF IsNone(held) THEN 0 ELSE held[2]) + s.ops[w].amount>>]}
       [] OTHER -> {[after EXCEPT !.by = w, !.sum = <<>>]}
Fits(s, key, order, w, how, v) ==
  CASE how = "done" -> w \in order.placed
    [] how = "never" -> w \notin order.placed \/ s.ops[w].kind = "read"
    [] OTHER ->
         /\ w \in DOMAIN order.saw
         /\ LET by == order.saw[w][1]
                sum == order.saw[w][2]
                held == HeldIn(s, key, by, sum)
            IN (held[1] = v[1] /\ held[2] = v[2]) \/ (v[3] = by /\ (sum = <<>> \/ v[1] # "int"))
RECURSIVE Explained(_, _, _, _, _, _, _, _)
Explained(s, key, w, how, v, ended, known, open) ==
  IF open = {} THEN ended
  ELSE LET order == CHOOSE order \in open : TRUE
           rest == open \ {order}
           over == [order EXCEPT !.placed = @ \ {w}, !.saw = Without(@, w)]
           may == Register(s, key).open \ order.placed
           more == (UNION {Placed(s, key, order, x) : x \in may}) \ known
       IN IF Fits(s, key, order, w, how, v)
          THEN Explained(s, key, w, how, v, ended \union {over}, known, rest)
          ELSE IF w \in order.placed THEN Explained(s, key, w, how, v, ended, known, rest)
          ELSE Explained(s, key, w, how, v, ended, known \union more, rest \union more)
(* A request ends: some order must explain what its client was told. *)
Closes(s, w, how, v) ==
  LET key == s.ops[w].key
      register == Register(s, key)
      orders == Explained(s, key, w, how, v, {}, {}, register.orders)
      s1 == [s EXCEPT !.registers =
               With(@, key, [open |-> register.open \ {w}, orders |-> orders])]
  IN IF "linearizable" \notin Asked THEN s
     ELSE IF register.orders # {} /\ orders = {} THEN Break(s1, "linearizable") ELSE s1
(* A request begins, or a write comes from outside. *)
Begins(s, w, kind, key, value, client) ==
  LET before ==
        IF kind = "read"
        THEN IF "no-stale-read" \in Asked
             THEN {x \in DOMAIN s.ops : /\ Writes(s.ops[x].kind) /\ (Computes \/ s.ops[x].key = key)
                                        /\ s.ops[x].standing = "acknowledged"} ELSE {}
        ELSE {x \in OpsOf(s, key) : s.ops[x].standing # "running"}
      amount == IF kind = "increment" /\ value[1] = "int" THEN value[2] ELSE 0
      op == [Planned EXCEPT !.kind = kind, !.key = key, !.client = client, !.standing = "running",
               !.amount = amount, !.before = before,
               !.value = IF kind = "write" THEN value ELSE None]
      all == [x \in 1..(IF w > Len(s.ops) THEN w ELSE Len(s.ops)) |->
                IF x = w THEN op ELSE IF x \in DOMAIN s.ops THEN s.ops[x] ELSE Planned]
  IN Opens([s EXCEPT !.ops = all], w)

After(s, later, earlier) ==
  earlier \in s.ops[later].before /\ s.ops[earlier].standing = "acknowledged"
(* Whether one is newer than the other: asked for after the other was acknowledged, or, of
   two that overlap, committed later. 0: what was there at the start. *)
IsNewer(s, one, other) ==
  IF one = 0 THEN FALSE
  ELSE IF other = 0 THEN TRUE
  ELSE IF After(s, one, other) THEN TRUE
  ELSE IF After(s, other, one) THEN FALSE
  ELSE /\ s.ops[one].version # 0 /\ s.ops[other].version # 0
       /\ s.ops[one].version > s.ops[other].version

(* Whose a value is: the one's that has written it back, if somebody has. *)
Holder(s, key, w) ==
  LET found == {x \in s.restored : x.key = key /\ x.content = w} IN
  IF found = {} THEN w ELSE (CHOOSE x \in found : TRUE).by
(* Whether a value is what a write has written and then replaced by an older one. *)
IsUndone(s, key, w) ==
  /\ w > 0 /\ Holder(s, key, w) = w
  /\ \E x \in s.restored : x.key = key /\ x.by = w /\ x.content # w

(* Whose a returned value may be. What is made of a row that no request has written is of the row
   at the start, unless a deletion may have left it. *)
IsDeleted(s, key) == \E w \in DOMAIN s.ops : s.ops[w].key = key /\ s.ops[w].kind = "delete"
Places(s, key, v) ==
  LET initial == Get(InitialRows, key, None) IN
  IF IsNone(v)
  THEN {w \in DOMAIN s.ops : s.ops[w].key = key /\ s.ops[w].kind = "delete"}
         \union (IF IsNone(initial) THEN {0} ELSE {})
  ELSE IF v[3] <= 0
  THEN IF Same(v, initial) \/ (v[5] # {} /\ ~IsDeleted(s, key)) THEN {Holder(s, key, 0)} ELSE {}
  ELSE IF s.ops[v[3]].key = key THEN {Holder(s, key, v[3])} ELSE {}

(* The rows of which a value was made, and of each the newest write that it knows; 0: what was
   there at the start. *)
RowOf(s, part) == IF part[1] = "" THEN s.ops[part[2]].key ELSE part[1]
RowsOf(s, v) == {RowOf(s, part) : part \in MadeOf(v)}
MadeElsewhere(s, k, v) == Computes /\ RowsOf(s, v) \ {k} # {}
NewestOf(s, k, v) ==
  LET known == {Holder(s, k, part[2]) : part \in {part \in MadeOf(v) : RowOf(s, part) = k}}
      last == {w \in known : \A other \in known : ~IsNewer(s, other, w)}
      some == IF last = {} THEN known ELSE last
  IN CHOOSE w \in some : \A other \in some : other <= w

NoSession == [seen |-> -1, wrote |-> 0]
Session(s, w, key) == Get(s.sessions, <<s.ops[w].client, key>>, NoSession)
SetSession(s, w, key, session) ==
  [s EXCEPT !.sessions = With(@, <<s.ops[w].client, key>>, session)]

(* A read has returned what one of these writes made, or did of a row of which it was made. *)
Promised(s1, w, key, places) ==
  LET Misses(x) == \A p \in places : IsNewer(s1, x, p)
      s2 == IF places # {} /\ \E x \in s1.ops[w].before : s1.ops[x].key = key /\ Misses(x)
            THEN Break(s1, "no-stale-read") ELSE s1
      session == Session(s2, w, key)
      s3 == IF /\ places # {} /\ "read-your-writes" \in Asked
               /\ session.wrote # 0 /\ Misses(session.wrote)
            THEN Break(s2, "read-your-writes") ELSE s2
      s4 == IF /\ places # {} /\ "monotonic-reads" \in Asked
               /\ session.seen # -1 /\ \A p \in places : IsNewer(s3, session.seen, p)
            THEN Break(s3, "monotonic-reads") ELSE s3
  IN IF "monotonic-reads" \in Asked /\ Cardinality(places) = 1
     THEN SetSession(s4, w, key, [session EXCEPT !.seen = CHOOSE p \in places : TRUE]) ELSE s4
IsShown(s, w) == w > 0 /\ Writes(s.ops[w].kind) /\ ~s.ops[w].settled
Shown(s, w) == IF IsShown(s, w) THEN [s EXCEPT !.ops[w].returned = TRUE] ELSE s
RECURSIVE PromisedOf(_, _, _, _)
PromisedOf(s, w, v, rows) ==
  IF rows = {} THEN s
  ELSE LET k == CHOOSE k \in rows : TRUE
           newest == NewestOf(s, k, v)
           s1 == Shown(s, newest)
       IN PromisedOf(IF newest = 0 /\ IsDeleted(s, k) THEN s1 ELSE Promised(s1, w, k, {newest}),
                     w, v, rows \ {k})
(* A copy of another row shows a client nothing of its own write, unless it looks like a version
   of the key that is no older. *)
MissesOwn(s, w, v) ==
  LET key == s.ops[w].key
      wrote == Session(s, w, key).wrote
      alike == {x \in DOMAIN s.ops : /\ s.ops[x].key = key /\ s.ops[x].kind = "write"
                                     /\ s.ops[x].settled /\ Same(v, s.ops[x].value)}
                 \union (IF Same(v, Get(InitialRows, key, None)) THEN {0} ELSE {})
  IN /\ "read-your-writes" \in Asked /\ wrote # 0
     /\ MadeElsewhere(s, key, v) /\ v[4] \in {0, 1}
     /\ \A p \in alike : IsNewer(s, wrote, p)
Returned(s, w, v) ==
  LET s0 == IF MissesOwn(s, w, v) THEN Break(s, "read-your-writes") ELSE s
      key == s0.ops[w].key
      s1 == IF v[3] > 0 /\ s0.ops[v[3]].key = key THEN Shown(s0, v[3]) ELSE s0
      s2 == IF MadeElsewhere(s0, key, v) THEN PromisedOf(s0, w, v, RowsOf(s0, v))
            ELSE Promised(IF IsUndone(s1, key, v[3]) /\ v[3] \in s1.ops[w].before
                          THEN Break(s1, "no-stale-read") ELSE s1, w, key, Places(s1, key, v))
  IN [s2 EXCEPT !.ops[w].before = {}]

(* What a read has told of its key: what it is, and of whose value it was made; -1: not known. *)
Told(s, key, v) ==
  <<v[1], v[2],
    CASE IsNone(v) -> -1
      [] MadeElsewhere(s, key, v) -> NewestOf(s, key, v)
      [] v[3] > 0 -> Holder(s, key, v[3])
      [] v[5] # {} /\ ~IsDeleted(s, key) -> Holder(s, key, 0)
      [] ~IsLiteral(v) /\ Same(v, Get(InitialRows, key, None)) /\ Holder(s, key, 0) # 0 ->
           Holder(s, key, 0)
      [] OTHER -> -1>>
IsTold(s, key, v) ==
  CASE IsNone(v) -> TRUE
    [] MadeElsewhere(s, key, v) ->
         IF key \in RowsOf(s, v) THEN NewestOf(s, key, v) # 0 \/ ~IsDeleted(s, key) ELSE FALSE
    [] v[3] > 0 -> s.ops[v[3]].key = key
    [] OTHER -> TRUE
Ending(s, w, r, standing) ==
  LET isRead == ~Writes(s.ops[w].kind)
      key == s.ops[w].key
  IN CASE r.ok /\ isRead ->
            IF IsTold(s, key, r.v) THEN Closes(s, w, "returned", Told(s, key, r.v))
            ELSE Closes(s, w, "never", None)
       [] ~isRead /\ standing = "acknowledged" -> Closes(s, w, "done", None)
       [] standing = "unknown" -> s
       [] OTHER -> Closes(s, w, "never", None)
(* Whether what was asked for may have been done. *)
MaybeDone(r) == r.ok \/ r.v[2] \in {"timeout", "reset", "uncaught"}
(* A request ends: with a value, or with an error, after which it may have been applied. *)
Ends(s0, w, r, wrote) ==
  LET standing == IF ~Writes(s0.ops[w].kind) \/ r.ok THEN "acknowledged"
                  ELSE IF wrote \/ MaybeDone(r) THEN "unknown" ELSE "failed"
      s1 == Ending([s0 EXCEPT !.ops[w].standing = standing, !.ops[w].found = -1], w, r, standing)
      key == s1.ops[w].key
      latest == Session(s1, w, key).wrote
  IN IF ~r.ok THEN s1
     ELSE IF ~Writes(s1.ops[w].kind) THEN Returned(s1, w, r.v)
     ELSE IF "read-your-writes" \in Asked /\ (latest = 0 \/ ~IsNewer(s1, latest, w))
     THEN SetSession(s1, w, key, [Session(s1, w, key) EXCEPT !.wrote = w])
     ELSE s1

(* A write, and all that it has absorbed, has come to the database. *)
RECURSIVE Settle(_)
Settle(ops) ==
  LET more == {x \in DOMAIN ops : /\ ~ops[x].settled /\ ops[x].absorbed # 0
                                  /\ ops[ops[x].absorbed].settled}
  IN IF more = {} THEN ops
     ELSE Settle([x \in DOMAIN ops |-> IF x \in more THEN [ops[x] EXCEPT !.settled = TRUE]
                                       ELSE ops[x]])

(* A task of a request has read a row. That a write has found none is remembered as long as it may
   write what it makes of that. *)
Loaded(s, w, k) ==
  IF w < 1 \/ w > Len(s.ops) THEN s
  ELSE LET op == s.ops[w]
           row == Get(s.rows, k, 0)
           isNothing == /\ Computes /\ Writes(op.kind) /\ op.standing = "running"
                        /\ IsNone(DbRow(s, k).value)
       IN IF op.key # k THEN s
          ELSE [s EXCEPT !.ops[w].found = IF ~isNothing THEN -1
                                          ELSE IF row = 0 THEN 0 ELSE s.ops[row].version]

(* What a value was made of lacks every write that has come to the row in between. *)
Overwrites(s, by, k, v) ==
  LET Own(part) == IF part[1] # "" THEN part[1] = k ELSE s.ops[part[2]].key = k
      parts == {part \in (IF v[5] = {} /\ v[3] < 0 THEN {<<k, 0>>} ELSE MadeOf(v)) : Own(part)}
      each == parts \union {<<part[1], Holder(s, k, part[2])>> : part \in parts}
      VersionOfWrite(x) == IF x = 0 THEN 0 ELSE s.ops[x].version
      within == {by} \union ({part[2] : part \in each} \ {0})
      computed == v[4] \in {2, 3}
      found == IF computed /\ s.ops[by].found >= 0 THEN {s.ops[by].found} ELSE {}
      known == {VersionOfWrite(part[2]) :
                part \in {part \in each : \/ part[1] # ""
                                         \/ (part[2] # by /\ VersionOfWrite(part[2]) > 0)}}
      bases == IF known = {} THEN found ELSE known
      base == IF bases = {} THEN 0 ELSE CHOOSE n \in bases : \A other \in bases : other <= n
      adds == computed /\ \E part \in parts : part[2] > 0 /\ s.ops[part[2]].kind = "increment"
      before == Get(s.rows, k, 0)
      lost == IF before = 0 \/ before \in within \/ (bases = {} /\ ~adds) THEN {}
              ELSE {x \in OpsOf(s, k) \ within : /\ s.ops[x].version > base
                                                 /\ s.ops[x].version <= s.ops[before].version}
  IN [s EXCEPT !.ops = [x \in DOMAIN s.ops |->
       [s.ops[x] EXCEPT !.over = x \in lost \/ (@ /\ x \notin within),
                        !.found = IF x = by THEN -1 ELSE @]]]

(* A request writes a value of its row again that another write made, or that was there at the
   start. *)
IsWrittenBack(k, v) ==
  ~IsNone(v) /\ v[3] = -1 /\ (Computes => v[4] = 1 /\ v[5] = {<<k, 0>>})
WritesBack(s, w, k, v, added) ==
  IF w < 1 \/ w > Len(s.ops) \/ added \/ IsNone(v) \/ v[3] = w THEN FALSE
  ELSE /\ s.ops[w].key = k /\ Writes(s.ops[w].kind)
       /\ IF v[3] > 0 THEN s.ops[v[3]].key = k /\ s.ops[v[3]].version > 0
          ELSE IsWrittenBack(k, v) /\ Same(v, Get(InitialRows, k, None))
Restores(s0, w, k, v, version) ==
  LET s1 == Overwrites(s0, w, k, v)
      s2 == [s1 EXCEPT !.ops = Settle([@ EXCEPT ![w].settled = TRUE])]
      content == By(v)
  IN [s2 EXCEPT !.ops[w].version = version, !.rows = With(@, k, w),
                !.restored = {x \in @ : x.key # k \/ x.content # content}
                               \union {[key |-> k, content |-> content, by |-> w]}]

(* A write is committed. *)
Committed(s0, key, w, v, version, added) ==
  IF w < 1 \/ w > Len(s0.ops) THEN [s0 EXCEPT !.rows = Without(@, key)]
  ELSE
  LET before == Get(s0.rows, key, 0)
      other == s0.ops[w].key = key /\ before # 0 /\ before # w /\ ~added
      s1 == IF other /\ w \in s0.ops[before].before THEN Break(s0, "no-lost-write") ELSE s0
      s2 == IF other /\ s0.ops[w].version > 0 THEN Break(s1, "no-double-write") ELSE s1
      s3 == IF s0.ops[w].key = key /\ ~added THEN Overwrites(s2, w, key, v) ELSE s2
      s4 == [s3 EXCEPT !.ops = Settle([@ EXCEPT ![w].settled = TRUE])]
  IN IF s0.ops[w].key # key THEN s4
     ELSE [s4 EXCEPT !.ops[w].version = version, !.rows = With(@, key, w),
                     !.restored = {x \in @ : x.key # key \/ x.content # w}]

Cached(s) ==
  LET In(k, v) == {v[3]} \union (IF MadeElsewhere(s, k, v) THEN {NewestOf(s, r, v) : r \in RowsOf(s, v)}
                                ELSE {})
  IN UNION {UNION {In(k, s.caches[c][k].value) :
                   k \in {k \in DOMAIN s.caches[c] : s.caches[c][k].there}} : c \in DOMAIN s.caches}
Counts(s, key) == \A w \in OpsOf(s, key) : s.ops[w].kind = "increment" /\ s.ops[w].amount > 0
RECURSIVE Total(_, _)
Total(s, all) == IF all = {} THEN 0 ELSE LET w == CHOOSE w \in all : TRUE
                                       IN s.ops[w].amount + Total(s, all \ {w})

(* Whether a cache says something else of a key that is judged than the database, or than a row of
   which its entry was made. *)
IsBehind(s, k, w) ==
  LET row == DbRow(s, k).value IN
  IF IsNone(row) THEN w # 0 \/ ~IsNone(Get(InitialRows, k, None)) ELSE Holder(s, k, By(row)) # w
IsNotTheRow(s, k, v) ==
  LET row == DbRow(s, k).value IN
  IF ~IsNone(row)
  THEN IF By(row) = By(v) THEN row[1] = "int" /\ v[1] = "int" /\ row[2] # v[2] ELSE TRUE
  ELSE IF IsNone(v) THEN FALSE
  ELSE IF v[3] > 0 THEN s.ops[v[3]].kind # "delete"
  ELSE Same(v, Get(InitialRows, k, None))
Differs(s) ==
  \E c \in DOMAIN s.caches : \E k \in DOMAIN s.caches[c] :
    LET v == s.caches[c][k].value IN
    /\ s.caches[c][k].there
    /\ IF MadeElsewhere(s, k, v)
       THEN \/ k \in Keys /\ v[4] \in {0, 1}
            \/ \E r \in RowsOf(s, v) : IsBehind(s, r, NewestOf(s, r, v))
       ELSE k \in Keys /\ IsNotTheRow(s, k, v)

AtRest(s) ==
  /\ DOMAIN s.tasks = {} /\ DOMAIN s.sent = {} /\ DOMAIN s.strays = {}
  /\ \A w \in DOMAIN s.ops : s.ops[w].standing # "running"
  /\ \A q \in DOMAIN s.queues : s.queues[q] = <<>>
  /\ \A r \in DOMAIN s.replicas : s.replicas[r].stream = <<>>

(* What is broken once nothing is under way. *)
JudgedAtRest(s0) ==
  LET cached == Cached(s0)
      open == {w \in DOMAIN s0.ops :
                 /\ Writes(s0.ops[w].kind) /\ ~s0.ops[w].settled /\ ~s0.ops[w].outside
                 /\ ~(s0.ops[w].kind = "increment" /\ Counts(s0, s0.ops[w].key))}
      s00 == IF \E w \in DOMAIN s0.ops : s0.ops[w].over THEN Break(s0, "no-lost-write") ELSE s0
      s1 == IF \E w \in open : w \in cached \/ s0.ops[w].returned
            THEN Break(s00, "no-phantom") ELSE s00
      s2 == IF \E w \in open : s0.ops[w].standing = "acknowledged" /\ w \notin cached
            THEN Break(s1, "no-lost-write") ELSE s1
      counted == {k \in Keys : OpsOf(s0, k) # {} /\ Counts(s0, k)}
      Start(k) == LET v == Get(InitialRows, k, None) IN IF v[1] = "int" THEN v[2] ELSE 0
      Now(k) == LET v == Get(s0.db, k, [value |-> None]).value IN IF v[1] = "int" THEN v[2] ELSE 0
      Of(k, standings) == {w \in OpsOf(s0, k) : s0.ops[w].standing \in standings}
      s3 == IF \E k \in counted : Now(k) < Start(k) + Total(s0, Of(k, {"acknowledged"}))
            THEN Break(s2, "no-lost-write") ELSE s2
  IN IF \E k \in counted :
          Now(k) > Start(k) + Total(s0, Of(k, {"acknowledged", "unknown", "running"}))
     THEN Break(s3, "no-double-write") ELSE s3

-----------------------------------------------------------------------------
(* Caches *)

Absent == [there |-> FALSE, value |-> None, version |-> NoVersion, ttl |-> "never"]
Slot(s, c, k) == Get(s.caches[c], k, Absent)
Entry(v, version, ttl) == [there |-> TRUE, value |-> v, version |-> version, ttl |-> ttl]
Invalidate(s, c, k) == [s EXCEPT !.leases[c] = Without(@, k)]
Put(s, c, k, entry) == Invalidate([s EXCEPT !.caches[c] = With(@, k, entry)], c, k)
Remove(s, c, k) == [s EXCEPT !.caches[c] = Without(@, k)]

CacheGet(s, c, k) == Reply(s, IF Slot(s, c, k).there THEN Slot(s, c, k).value ELSE None)
CacheEntry(s, c, k) ==
  LET slot == Slot(s, c, k) IN
  Reply(s, IF slot.there
           THEN <<"entry", [value |-> slot.value, version |-> VersionOf(slot.version)], 0, 0, {}>>
           ELSE None)
CacheSet(s, c, k, v, version, ttl) ==
  IF version # NoVersion /\ Slot(s, c, k).version > version THEN Reply(s, Bool(FALSE))
  ELSE Reply(Put(s, c, k, Entry(v, version, ttl)), Bool(TRUE))
CacheAdd(s, c, k, v, ttl) ==
  IF Slot(s, c, k).there THEN Reply(s, Bool(FALSE))
  ELSE Reply(Put(s, c, k, Entry(v, NoVersion, ttl)), Bool(TRUE))
CacheDelete(s, c, k, version) ==
  LET slot == Slot(s, c, k)
      s1 == Invalidate(s, c, k)
      s2 == IF slot.there THEN Remove(s1, c, k) ELSE s1
      newest == IF slot.version > version THEN slot.version ELSE version
  IN Reply(IF (slot.there \/ version # NoVersion) /\ newest # NoVersion
           THEN [s2 EXCEPT !.caches[c] =
                   With(@, k, [Absent EXCEPT !.version = newest, !.ttl = slot.ttl])]
           ELSE s2, Bool(slot.there))
CacheLease(s, c, k) ==
  LET slot == Slot(s, c, k) IN
  IF slot.there THEN Reply(s, List(<<slot.value, None>>))
  ELSE IF k \in DOMAIN s.leases[c] THEN Reply(s, List(<<None, None>>))
  ELSE LET token == s.tokens[c] + 1 IN
       Reply([s EXCEPT !.leases[c] = With(@, k, token), !.tokens[c] = token],
             List(<<None, Number(token)>>))
CacheSetWithLease(s, c, k, v, lease, ttl) ==
  IF Get(s.leases[c], k, 0) # lease THEN Reply(s, Bool(FALSE))
  ELSE Reply(Put(s, c, k, Entry(v, NoVersion, ttl)), Bool(TRUE))
(* Adds to the entry, which keeps its TTL and its version. The sum is that of who adds. *)
CacheIncr(s, c, k, by) ==
  LET slot == Slot(s, c, k)
      held == IF slot.there THEN slot.value ELSE Number(0)
      made == Made(0, held, by)
      sum == <<"int", held[2] + by[2], by[3], made[2], made[3]>>
  IN IF held[1] # "int" \/ by[1] # "int" THEN [s |-> s, r |-> Err("cache", "no whole number")]
     ELSE Reply(Put(s, c, k, IF slot.there THEN [slot EXCEPT !.value = sum]
                             ELSE Entry(sum, NoVersion, "never")), sum)
CacheExpire(s, c, k, ttl) ==
  IF Slot(s, c, k).there THEN Reply([s EXCEPT !.caches[c][k].ttl = ttl], Bool(TRUE))
  ELSE Reply(s, Bool(FALSE))

(* A TTL is over; where there is no entry, a version or a lease is forgotten. *)
Expired(s, c, k) == IF k \in DOMAIN s.caches[c] THEN Remove(s, c, k) ELSE Invalidate(s, c, k)
MayExpire(s, c, k) == Slot(s, c, k).ttl # "never" \/ k \in DOMAIN s.leases[c]
Known(s, c) == DOMAIN s.caches[c] \union DOMAIN s.leases[c]
Flushed(s, c) == [s EXCEPT !.caches[c] = Empty, !.leases[c] = Empty]

-----------------------------------------------------------------------------
(* Queues *)

Waiting == <<"waiting", 0>>
IsOut(item) == item.state[1] \in {"taken", "overdue"}
QueuePush(s, q, k, v, version, w) ==
  LET line == {i \in DOMAIN s.queues[q] : s.queues[q][i].key = k}
      last == CHOOSE i \in line : \A j \in line : j <= i
      item == [id |-> s.items[q] + 1, key |-> k, value |-> v, version |-> version,
               state |-> Waiting]
      old == s.queues[q][last].value
      s1 == IF q \in Coalescing /\ line # {} /\ ~IsOut(s.queues[q][last])
            THEN LET s2 == [s EXCEPT !.queues[q][last].value = v,
                                     !.queues[q][last].version = version]
                 IN IF old[3] > 0 /\ old[3] # v[3]
                    THEN [s2 EXCEPT !.ops[old[3]].absorbed = IF v[3] > 0 THEN v[3] ELSE 0] ELSE s2
            ELSE LET s2 == [s EXCEPT !.queues[q] = Append(@, item), !.items[q] = @ + 1]
                 IN IF v[3] > 0 THEN [s2 EXCEPT !.ops[v[3]].absorbed = 0] ELSE s2
  IN Reply(s1, None)
(* The first of its key, and nobody has it. *)
Ready(queue) ==
  {i \in DOMAIN queue : /\ queue[i].state[1] \in {"waiting", "overdue"}
                        /\ \A j \in 1..(i - 1) : queue[j].key # queue[i].key}
RECURSIVE FirstOf(_, _)
FirstOf(all, most) ==
  IF all = {} \/ most = 0 THEN {}
  ELSE LET first == CHOOSE i \in all : \A j \in all : i <= j
       IN {first} \union FirstOf(all \ {first}, most - 1)
Hidden(queue) == {i \in DOMAIN queue : queue[i].state[1] \in {"taken", "delayed"}}
Soonest(queue) == LET all == {queue[i].state[2] : i \in Hidden(queue)}
                  IN CHOOSE at \in all : \A other \in all : at <= other
(* Sees to it that what is hidden comes back. *)
Armed(s, q) ==
  IF Hidden(s.queues[q]) = {} THEN s
  ELSE LET at == Soonest(s.queues[q]) IN
       IF s.due[q] = 0 \/ at < s.due[q] THEN [s EXCEPT !.due[q] = at] ELSE s
IsQuiet(s) == /\ DOMAIN s.tasks = {} /\ DOMAIN s.sent = {} /\ DOMAIN s.strays = {}
              /\ \A w \in DOMAIN s.ops : s.ops[w].standing # "running"
MayRedeliver(s, q) ==
  /\ s.due[q] # 0 /\ s.queues[q] # <<>>
  /\ \/ IsQuiet(s)
     \/ \A i \in Hidden(s.queues[q]) :
          ~(s.queues[q][i].state[1] = "taken" /\ s.queues[q][i].state[2] <= s.due[q])
Redelivered(s, q) ==
  Armed([s EXCEPT !.due[q] = 0, !.queues[q] = [i \in DOMAIN @ |->
           IF i \in Hidden(@) /\ @[i].state[2] <= s.due[q]
           THEN [@[i] EXCEPT !.state = IF @[1] = "taken" THEN <<"overdue", 0>> ELSE Waiting]
           ELSE @[i]]], q)
QueueTake(s, q, most) ==
  LET queue == s.queues[q]
      taken == FirstOf(Ready(queue), most)
      Item(i) == <<"item", [id |-> queue[i].id, key |-> <<"text", queue[i].key, 0, 0, {}>>,
                            value |-> queue[i].value, version |-> VersionOf(queue[i].version)], 0, 0, {}>>
      order == SortSeq(SelectSeq([i \in DOMAIN queue |-> i], LAMBDA i : i \in taken),
                       LAMBDA i, j : i < j)
      s1 == [s EXCEPT !.queues[q] = [i \in DOMAIN queue |->
               IF i \in taken THEN [queue[i] EXCEPT !.state = <<"taken", Redeliver[q]>>]
               ELSE queue[i]]]
  IN Reply(Armed(s1, q), List([n \in DOMAIN order |-> Item(order[n])]))
QueueAck(s, q, item) ==
  LET held == {i \in DOMAIN s.queues[q] : s.queues[q][i].id = item[2].id /\ IsOut(s.queues[q][i])}
      s1 == [s EXCEPT !.queues[q] = SelectSeq(@, LAMBDA x : ~(x.id = item[2].id /\ IsOut(x)))]
  IN Reply(Armed(s1, q), Bool(held # {}))
QueueRetry(s, q, item, after) ==
  LET held == {i \in DOMAIN s.queues[q] : s.queues[q][i].id = item[2].id /\ IsOut(s.queues[q][i])}
      s1 == [s EXCEPT !.queues[q] = [i \in DOMAIN @ |->
               IF i \in held
               THEN [@[i] EXCEPT !.state = IF after = 0 THEN Waiting ELSE <<"delayed", after>>]
               ELSE @[i]]]
  IN Reply(Armed(s1, q), Bool(held # {}))

-----------------------------------------------------------------------------
(* The database *)

DbRead(s, w, k) == Reply(Loaded(s, w, k), OfRow(k, DbRow(s, k).value))
DbRowOf(s, w, k) ==
  Reply(Loaded(s, w, k), IF IsNone(DbRow(s, k).value) THEN None
           ELSE <<"row", [value |-> OfRow(k, DbRow(s, k).value), version |-> Number(DbRow(s, k).version)],
                  0, 0, {}>>)
RECURSIVE Feed(_, _, _, _, _, _)
Feed(s, queues, k, v, version, w) ==
  IF queues = {} THEN s
  ELSE LET q == CHOOSE q \in queues : TRUE
       IN Feed(QueuePush(s, q, k, v, version, w).s, queues \ {q}, k, v, version, w)
(* A row changes for everybody, by a task of the request w (0: of nobody). *)
Commit(s, w, k, v, added) ==
  LET version == DbRow(s, k).version + 1
      isBack == IsWrittenBack(k, v)
      by == IF v[3] > 0 THEN v[3] ELSE IF isBack THEN -1 ELSE w
      s1 == [s EXCEPT !.db = With(@, k, [value |-> InRow(v), version |-> version])]
      s2 == IF WritesBack(s, w, k, v, added) THEN Restores(s1, w, k, v, version)
            ELSE Committed(s1, k, by, v, version, added)
      commit == [key |-> k, value |-> <<v[1], v[2], by, 0, {}>>, version |-> version, due |-> FALSE]
      s3 == [s2 EXCEPT !.replicas = [r \in DOMAIN @ |-> [@[r] EXCEPT !.stream = Append(@, commit)]]]
  IN Feed(s3, Changes, k, OfChange(k, v, by), version, w)
(* A commit may reach a replica at any time; it is applied after those before it. *)
ReplicaRow(s, r, k) == Get(s.replicas[r].rows, k, [value |-> None, version |-> 0])
ReplicaRead(s, r, k) == Reply(s, OfRow(k, ReplicaRow(s, r, k).value))
ReplicaRowOf(s, r, k) ==
  LET row == ReplicaRow(s, r, k) IN
  Reply(s, IF IsNone(row.value) THEN None
           ELSE <<"row", [value |-> OfRow(k, row.value), version |-> Number(row.version)], 0, 0, {}>>)
RECURSIVE CaughtUp(_, _)
CaughtUp(s, r) ==
  IF s.replicas[r].stream = <<>> \/ ~Head(s.replicas[r].stream).due THEN s
  ELSE LET commit == Head(s.replicas[r].stream)
           row == [value |-> commit.value, version |-> commit.version]
           s1 == [s EXCEPT !.replicas[r].stream = Tail(@)]
       IN CaughtUp(IF commit.version > ReplicaRow(s, r, commit.key).version
                   THEN [s1 EXCEPT !.replicas[r].rows = With(@, commit.key, row)] ELSE s1, r)
OnTheirWay(s) ==
  UNION {{<<r, i>> : i \in {i \in DOMAIN s.replicas[r].stream : ~s.replicas[r].stream[i].due}}
         : r \in DOMAIN s.replicas}
Reaches(s, at) == CaughtUp([s EXCEPT !.replicas[at[1]].stream[at[2]].due = TRUE], at[1])
NothingToDelete(s, w, k) ==
  IF w < 1 \/ w > Len(s.ops) THEN s
  ELSE LET row == Get(s.rows, k, 0)
           version == IF row = 0 THEN 0 ELSE s.ops[row].version
       IN [s EXCEPT !.ops[w].settled = TRUE,
                    !.ops[w].version = IF version > @ THEN version ELSE @]
DbWrite(s, w, k, v) ==
  IF IsNone(v) /\ IsNone(DbRow(s, k).value)
  THEN Reply(NothingToDelete(s, IF v[3] > 0 THEN v[3] ELSE w, k), Number(DbRow(s, k).version))
  ELSE Reply(Commit(s, w, k, v, FALSE), Number(DbRow(s, k).version + 1))
DbDelete(s, w, k) ==
  IF IsNone(DbRow(s, k).value) THEN Reply(NothingToDelete(s, w, k), Bool(FALSE))
  ELSE Reply(Commit(s, w, k, None, FALSE), Bool(TRUE))
DbIncr(s, w, k, by) ==
  LET old == DbRow(s, k).value
      sum == <<"int", (IF IsNone(old) THEN 0 ELSE old[2]) + by[2], by[3], 0, {}>>
  IN Reply(Commit(s, w, k, sum, TRUE), OfRow(k, sum))
DbCompareAndSet(s, w, k, v, version) ==
  IF (IF IsNone(DbRow(s, k).value) THEN 0 ELSE DbRow(s, k).version) # version
  THEN Reply(s, Bool(FALSE))
  ELSE IF IsNone(v) /\ IsNone(DbRow(s, k).value)
  THEN Reply(NothingToDelete(s, IF v[3] > 0 THEN v[3] ELSE w, k), Bool(TRUE))
  ELSE Reply(Commit(s, w, k, v, FALSE), Bool(TRUE))
(* A value that nobody made, or that was computed of rows alone, is that of the request that writes
   it to its own key. *)
Claimed(t, k, v) ==
  IF t.key = k /\ IsLiteral(v) THEN <<v[1], v[2], t.op, 0, {}>>
  ELSE IF t.key = k /\ v[4] = 2 THEN <<v[1], v[2], t.op, 3, MadeOf(v) \union {<<"", t.op>>}>>
  ELSE v

-----------------------------------------------------------------------------
(* Tasks *)

(* `via`: the app server that has handed a request on to where its function is placed. `life`: that
   of the process which a call is on its way to, when it set out. `loop`: whose turn it is. `mute`:
   who would be told of its end is gone. *)
Task(op, process, key) ==
  [pc |-> "", l |-> Empty, calls |-> 0, wrote |-> FALSE, process |-> process, op |-> op, key |-> key,
   via |-> "", life |-> 0, loop |-> 0, mute |-> FALSE]
WithTask(s, id, task) == [s EXCEPT !.tasks = With(@, id, task)]
(* A call's number is used again once no message of it is on its way. *)
Mentioned(s, id) ==
  {name[Len(id) + 1] : name \in {name \in DOMAIN s.sent : s.sent[name].caller = id}}
NextCall(s, id) ==
  LET used == Mentioned(s, id) \union {0}
  IN 1 + CHOOSE n \in used : \A other \in used : n >= other
Waits(s, id, pc, l) ==
  [s EXCEPT !.tasks[id].pc = pc, !.tasks[id].l = l, !.tasks[id].calls = NextCall(s, id)]
(* Whether a client waits for its end. *)
Answers(id, t) == Len(id) = 1 /\ id[1] > 0 /\ ~t.mute
Ended(s, id, r) ==
  LET t == s.tasks[id]
      s1 == [s EXCEPT !.tasks = Without(@, id)]
  IN IF Answers(id, t) THEN Ends(s1, id[1], r, t.wrote) ELSE s1
Wrote(s, id, r) == [s EXCEPT !.tasks[id].wrote = @ \/ MaybeDone(r)]
LockOf(s, id, k) == <<s.tasks[id].process, k>>
Line(s, id, k) == Get(s.locks, LockOf(s, id, k), <<>>)
Holds(s, id, k) == Line(s, id, k) # <<>> /\ Head(Line(s, id, k)) = id
AsksFor(s, id, k) == [s EXCEPT !.locks = With(@, LockOf(s, id, k), Append(Line(s, id, k), id))]
Frees(s, id, k) ==
  IF ~Holds(s, id, k) THEN s
  ELSE IF Len(Line(s, id, k)) = 1 THEN [s EXCEPT !.locks = Without(@, LockOf(s, id, k))]
  ELSE [s EXCEPT !.locks = With(@, LockOf(s, id, k), Tail(Line(s, id, k)))]
(* A mistake ends a task in the middle, and frees the locks that it has. *)
FreesAll(s, id) ==
  LET Kept(line) == SelectSeq(line, LAMBDA other : other # id)
      left == {lock \in DOMAIN s.locks : Kept(s.locks[lock]) # <<>>}
  IN [s EXCEPT !.locks = [lock \in left |-> Kept(@[lock])]]
Mistaken(s, id) == Ended(FreesAll(s, id), id, Err("process", "uncaught"))
(* The name of a new message, and of a new task: one that nothing has or means. *)
RECURSIVE NameOfMessage(_, _), NameOfTask(_, _)
NameOfMessage(s, id) ==
  IF id \in DOMAIN s.sent THEN NameOfMessage(s, Append(id, 1)) ELSE id
NameOfTask(s, id) ==
  IF id \in DOMAIN s.tasks \union DOMAIN s.strays \/ \E m \in DOMAIN s.sent : s.sent[m].caller = id
  THEN NameOfTask(s, Append(id, 1)) ELSE id

LifeOf(s, process) == Get(s.lives, process, 0)
(* Each app server that is up is to run the handlers of a channel. *)
Up(s) == SelectSeq([n \in 1..Apps |-> "app" \o ToString(n - 1)], LAMBDA app : app \notin s.down)
RECURSIVE Send(_, _, _, _, _)
Send(s, id, handlers, v, n) ==
  IF n > Len(Up(s)) * Len(handlers) THEN s
  ELSE LET handler == handlers[((n - 1) % Len(handlers)) + 1]
           process == Up(s)[((n - 1) \div Len(handlers)) + 1]
           t == s.tasks[id]
           message == [f |-> handler, a |-> <<v>>, process |-> process, life |-> LifeOf(s, process),
                       from |-> "", caller |-> id, op |-> t.op]
       IN Send([s EXCEPT !.sent = With(@, NameOfMessage(s, Append(Append(id, t.calls), n)), message)],
               id, handlers, v, n + 1)
Published(s, id, handlers, v) ==
  IF handlers = <<>> THEN Reply(s, Number(0))
  ELSE Reply(Send(s, id, handlers, v, 1), Number(Len(Up(s)) * Len(handlers)))
(* Times: a TTL by its name, a wait in thousandths. *)
Ttl(v) == IF IsNone(v) THEN "never" ELSE ToString(v[2]) \o v[1]
Millis(v) == IF v[1] = "float" THEN v[2] ELSE v[2] * 1000

Restarted(s, process) == [s EXCEPT !.down = @ \ {process}]

(* A step begins: what the one before broke is told. *)
Step(s, effects) == [s EXCEPT !.broken = {}, !.effects = @ + effects]
MayStart(s, r) ==
  /\ Get(s.ops, r, Planned).standing = "planned"
  /\ \A other \in 1..Len(Requests) :
       Requests[other].client = Requests[r].client =>
         LET standing == Get(s.ops, other, Planned).standing
         IN standing # "running" /\ (other < r => standing # "planned")
(* The next app server that is up, as of a load balancer with health checks. *)
Chosen(s) ==
  LET App(step) == (s.turn + step) % Apps
      up == {step \in 0..(Apps - 1) : "app" \o ToString(App(step)) \notin s.down}
  IN IF up = {} THEN s.turn ELSE App(CHOOSE step \in up : \A other \in up : step <= other)
AppFor(s) == "app" \o ToString(Chosen(s))
Started(s, r) ==
  [Begins(s, r, Requests[r].kind, Requests[r].key, Requests[r].value, Requests[r].client)
     EXCEPT !.turn = (Chosen(s) + 1) % Apps]
FromOutside(s, k, v) ==
  LET w == Len(Requests) + s.outside + 1
      value == IF IsNone(v) THEN v ELSE <<v[1], v[2], w, 0, {}>>
      s1 == Begins([s EXCEPT !.outside = @ + 1], w, IF IsNone(v) THEN "delete" ELSE "write",
                   k, value, "")
      s2 == Closes([s1 EXCEPT !.ops[w].outside = TRUE, !.ops[w].standing = "acknowledged"],
                   w, "done", None)
  IN IF IsNone(v) /\ IsNone(DbRow(s, k).value) THEN NothingToDelete(s2, w, k)
     ELSE Commit(s2, w, k, value, FALSE)
=============================================================================
