
-----------------------------------------------------------------------------
(* Steps: a call, its reply, and what the program then does. *)

Runs(s, id) ==
  \/ s.tasks[id].pc \in AtOnce \ AtLocks
  \/ s.tasks[id].pc \in AtLocks /\ Holds(s, id, s.tasks[id].l.arg1[2])
RECURSIVE Run(_, _)
Run(s, id) ==
  IF id \in DOMAIN s.tasks /\ Runs(s, id) THEN Run(Inline(s, id), id)
  ELSE LET more == {other \in DOMAIN s.tasks : Runs(s, other)}
       IN IF more = {} THEN s
          ELSE LET other == CHOOSE other \in more : TRUE IN Run(Inline(s, other), other)

(* Whether a call finds its store as it was when it set out. *)
IsHeard(s, id) ==
  LET store == StoreOf(s.tasks[id].pc) IN
  IF store = "" THEN TRUE ELSE store \notin s.down /\ s.lives[store] = s.tasks[id].life
TurnedAway(s, id) ==
  LET pc == s.tasks[id].pc
      r == Err(SourceOf(pc), IF StoreOf(pc) \in s.down THEN "refused" ELSE "reset")
  IN [s |-> IF pc \in Writing THEN Wrote(s, id, r) ELSE s, r |-> r]
CallOn(s, id) ==
  LET d == IF IsHeard(s, id) THEN Perform(s, id) ELSE TurnedAway(s, id)
  IN Run(Continue(d.s, id, d.r), id)
MayTurn(s, i) == HostOf(i) \notin s.down /\ \A id \in DOMAIN s.tasks : s.tasks[id].loop # i
TurnOn(s, i) == Run(Turn(s, i), NameOfTask(s, <<-i>>))
ArrivalOn(s, id) ==
  LET m == s.sent[id]
      key == IF m.caller \in DOMAIN s.tasks THEN s.tasks[m.caller].key ELSE ""
      s1 == [s EXCEPT !.sent = Without(@, id)]
      own == NameOfTask(s1, Append(id, 0))
  IN IF m.process \in s.down \/ m.life # LifeOf(s, m.process) THEN s1
     ELSE Run(Begun(m.f, WithTask(s1, own, Task(m.op, m.process, key)), own, m.a), own)

(* A process crashes. Its tasks end, and their clients do not know what was done; their calls go
   on. Whom it would have handed an answer on to is told as well. *)
Stray(t) ==
  LET arguments == DOMAIN t.l \intersect {"arg1", "arg2", "arg3", "arg4", "arg5", "arg6"}
  IN [t EXCEPT !.pc = SameCall(@), !.l = [x \in arguments |-> t.l[x]], !.wrote = FALSE, !.via = "", !.loop = 0,
               !.mute = TRUE]
Lost == Err("process", "reset")
RECURSIVE Dies(_, _), Deserted(_, _)
Dies(s, ids) ==
  IF ids = {} THEN s
  ELSE LET id == CHOOSE id \in ids : TRUE
           t == s.tasks[id]
           s1 == [s EXCEPT !.tasks = Without(@, id)]
           s2 == IF t.pc \in AtStores THEN [s1 EXCEPT !.strays = With(@, id, Stray(t))] ELSE s1
       IN Dies(IF Answers(id, t) THEN Ends(s2, id[1], Lost, TRUE) ELSE s2, ids \ {id})
Deserted(s, ids) ==
  IF ids = {} THEN s
  ELSE LET id == CHOOSE id \in ids : TRUE
       IN Deserted(Ends([s EXCEPT !.tasks[id].mute = TRUE], id[1], Lost, TRUE), ids \ {id})
Crashed(s, p) ==
  LET s1 == [s EXCEPT !.down = @ \union {p}, !.lives[p] = @ + 1,
                      !.locks = [lock \in {lock \in DOMAIN @ : lock[1] # p} |-> @[lock]]]
      s2 == IF p \in Caches THEN Flushed(s1, p)
            ELSE IF p \in DOMAIN Local THEN Flushed(s1, Local[p]) ELSE s1
      s3 == Dies(s2, {id \in DOMAIN s2.tasks : s2.tasks[id].process = p})
      s4 == Deserted(s3, {id \in DOMAIN s3.tasks : s3.tasks[id].via = p /\ Answers(id, s3.tasks[id])})
      Left(q) ==
        IF Hosts[q] # p THEN s4.queues[q]
        ELSE IF q \notin Durable THEN <<>>
        ELSE [i \in DOMAIN s4.queues[q] |->
                IF IsOut(s4.queues[q][i]) THEN [s4.queues[q][i] EXCEPT !.state = Waiting]
                ELSE s4.queues[q][i]]
  IN [s4 EXCEPT !.queues = [q \in DOMAIN @ |-> Left(q)]]
StrayOn(s, id) ==
  LET s1 == WithTask([s EXCEPT !.strays = Without(@, id)], id, s.strays[id])
      s2 == IF IsHeard(s1, id) THEN Perform(s1, id).s ELSE s1
  IN [s2 EXCEPT !.tasks = Without(@, id)]

(* What goes on without requests, from a state in which all is at rest. *)
Plain(s) == [s EXCEPT !.effects = 0, !.broken = {}]
InBackground(s) ==
  {Plain(TurnOn(s, i)) : i \in {i \in Loops : MayTurn(s, i)}}
  \union {Plain(CallOn(s, id)) : id \in {id \in DOMAIN s.tasks : s.tasks[id].pc \in AtStores}}
  \union {Plain(ArrivalOn(s, id)) : id \in DOMAIN s.sent}
  \union {Plain(Reaches(s, at)) : at \in OnTheirWay(s)}
  \union {Plain(x) : x \in Mended(s)}
  \union {Plain(Redelivered(s, q)) : q \in {q \in DOMAIN s.queues : MayRedeliver(s, q)}}
(* What is broken as it is, where all is at rest … *)
BrokenAtRest(s) ==
  JudgedAtRest(Plain(s)).broken
    \union (IF "converges" \in Asked /\ Differs(s) THEN {"converges"} ELSE {})
(* … and what of it stays so, whatever goes on. *)
RECURSIVE Lasting(_, _, _)
Lasting(broken, known, open) ==
  IF broken = {} \/ open = {} THEN broken
  ELSE LET s == CHOOSE s \in open : TRUE
           new == InBackground(s) \ known
           rests == {x \in new : AtRest(x)}
       IN Lasting({p \in broken : \A x \in rests : p \in BrokenAtRest(x)},
                  known \union new, (open \ {s}) \union new)
BrokenForGood(s) == IF Loops = {} /\ Mended(s) = {} THEN BrokenAtRest(s)
                    ELSE Lasting(BrokenAtRest(s), {Plain(s)}, {Plain(s)})

Done(s) == IF AtRest(s) THEN [s EXCEPT !.broken = @ \union BrokenForGood(s)] ELSE s
StartOf(s, r) ==
  LET s1 == Started(Step(s, 0), r)
      Refused(source) == Ends(s1, r, Err(source, "refused"), FALSE)
  IN Done(CASE AppFor(s) \in s.down -> Refused("process")
            [] PlaceOf(r) \in s.down -> Refused(IF PlaceOf(r) \in Caches THEN "cache" ELSE "process")
            [] OTHER -> Run(Begin(s1, s, r), <<r>>))
TurnOf(s, i) == Done(TurnOn(Step(s, 0), i))
CallOf(s, id, effects) == Done(CallOn(Step(s, effects), id))
ReachingOf(s, at) ==
  LET s1 == Step(s, IF at[2] = 1 THEN 1 ELSE 0) IN Done(Reaches(s1, at))
ArrivalOf(s, id) == Done(ArrivalOn(Step(s, 0), id))
StrayOf(s, id) ==
  Done(StrayOn(Step(s, IF s.strays[id].pc \in AtChannels THEN 0 ELSE 1), id))
FailOfStray(s, id) == Done([Step(s, 1) EXCEPT !.strays = Without(@, id)])
(* Whether a call, of a task that is still there or not, would be carried out. *)
StrayIsHeard(s, id) == IsHeard([s EXCEPT !.tasks = With(@, id, s.strays[id])], id)
FailOf(s, id, source) == Done(Run(Continue(Step(s, 1), id, Err(source, "injected")), id))

-----------------------------------------------------------------------------
VARIABLES db, replicas, caches, leases, tokens, queues, items, due, locks, tasks, sent, turn, ops, rows,
          restored, sessions, registers, outside, down, lives, strays, left, done, broken, effects
State == [db |-> db, replicas |-> replicas, caches |-> caches, leases |-> leases, tokens |-> tokens, queues |-> queues,
          items |-> items, due |-> due, locks |-> locks, tasks |-> tasks, sent |-> sent,
          turn |-> turn, ops |-> ops, rows |-> rows, restored |-> restored, sessions |-> sessions,
          registers |-> registers, outside |-> outside, down |-> down, lives |-> lives, strays |-> strays,
          left |-> left, done |-> done, broken |-> broken, effects |-> effects]
Become(s) ==
  LET n == s IN
  /\ db' = n.db /\ replicas' = n.replicas /\ caches' = n.caches /\ leases' = n.leases /\ tokens' = n.tokens
  /\ queues' = n.queues /\ items' = n.items /\ due' = n.due /\ locks' = n.locks
  /\ tasks' = n.tasks /\ sent' = n.sent /\ turn' = n.turn /\ ops' = n.ops /\ rows' = n.rows
  /\ restored' = n.restored /\ sessions' = n.sessions /\ registers' = n.registers /\ outside' = n.outside
  /\ down' = n.down /\ lives' = n.lives /\ strays' = n.strays /\ left' = n.left /\ done' = n.done
  /\ broken' = n.broken /\ effects' = n.effects
(* What tells states apart: neither how many effects there were, nor what the last step broke. *)
View == <<db, replicas, caches, leases, tokens, queues, items, due, locks, tasks, sent, turn, ops, rows,
          restored, sessions, registers, outside, down, lives, strays, left, done>>
Counted == <<View, effects>>
vars == <<View, broken, effects>>
Near == effects < MostEffects
Init ==
  /\ db = Beginning.db /\ replicas = Beginning.replicas /\ caches = Beginning.caches /\ leases = Beginning.leases
  /\ tokens = Beginning.tokens /\ queues = Beginning.queues /\ items = Beginning.items
  /\ due = Beginning.due /\ locks = Beginning.locks /\ tasks = Beginning.tasks
  /\ sent = Beginning.sent /\ turn = Beginning.turn /\ ops = Beginning.ops
  /\ rows = Beginning.rows /\ restored = Beginning.restored /\ sessions = Beginning.sessions
  /\ registers = Beginning.registers /\ outside = Beginning.outside
  /\ down = Beginning.down /\ lives = Beginning.lives /\ strays = Beginning.strays
  /\ left = Beginning.left /\ done = Beginning.done /\ broken = Beginning.broken
  /\ effects = Beginning.effects

