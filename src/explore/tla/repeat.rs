//! Loops over lists and numbers: unrolled if their items are known, otherwise with both branches.

use super::TlaError;
use super::walk::{At, Known, Tree, Walk};
use crate::strategy::value::Scalar;

impl Walk<'_> {
    /// The next item of the list in a slot, or the code after the loop.
    pub(super) fn next_item(
        &mut self,
        mut at: At,
        slot: usize,
        exit: u32,
    ) -> Result<Tree, TlaError> {
        let list = self.expression(&at.stack[slot])?;
        let (position, next) = match &at.stack[slot + 1] {
            Known::Is(Scalar::Int(at)) => ((at + 1).to_string(), Known::Is(Scalar::Int(at + 1))),
            other => {
                let position = self.expression(other)?;
                let next = format!("{position}[2] + 1");
                (next.clone(), Known::By(format!("Number({next})")))
            }
        };
        let mut over = at.clone();
        over.jump(exit);
        at.stack[slot + 1] = next;
        at.stack.push(Known::By(format!("{list}[2][{position}]")));
        let (on, over) = (self.run(at)?, self.run(over)?);
        let formula = format!("{position} <= Len({list}[2])");
        Ok(Tree::If(formula, Box::new(on), Box::new(over)))
    }

    /// `range`: its start, its end and its step.
    pub(super) fn range(
        &self,
        at: &mut At,
        slot: usize,
        given: usize,
        line: u32,
    ) -> Result<(), TlaError> {
        let mut numbers = [0, 0, 1];
        for number in numbers[..given].iter_mut().rev() {
            match at.stack.pop() {
                Some(Known::Is(Scalar::Int(value))) => *number = value,
                _ => return self.refuse(line, "a range that is computed"),
            }
        }
        if given == 1 {
            numbers = [0, numbers[0], 1];
        }
        for (nth, number) in numbers.into_iter().enumerate() {
            at.stack[slot + nth] = Known::Is(Scalar::Int(number));
        }
        Ok(())
    }

    /// The next number of a range. `None`: whether there is one is known.
    pub(super) fn next_number(
        &mut self,
        at: &mut At,
        slot: usize,
        exit: u32,
    ) -> Result<Option<Tree>, TlaError> {
        let [next, end, step] = [0, 1, 2].map(|nth| at.stack[slot + nth].clone());
        if let [
            Known::Is(Scalar::Int(next)),
            Known::Is(Scalar::Int(end)),
            Known::Is(Scalar::Int(step)),
        ] = [&next, &end, &step]
        {
            if (*step > 0 && next < end) || (*step < 0 && next > end) {
                at.stack[slot] = Known::Is(Scalar::Int(next + step));
                at.stack.push(Known::Is(Scalar::Int(*next)));
            } else {
                at.jump(exit);
            }
            return Ok(None);
        }
        let next = self.expression(&next)?;
        let (end, step) = (self.expression(&end)?, self.expression(&step)?);
        let mut over = at.clone();
        over.jump(exit);
        let mut on = at.clone();
        on.stack[slot] = Known::By(format!("Number({next}[2] + {step}[2])"));
        on.stack.push(Known::By(next.clone()));
        let formula =
            format!("IF {step}[2] > 0 THEN {next}[2] < {end}[2] ELSE {next}[2] > {end}[2]");
        let (on, over) = (self.run(on)?, self.run(over)?);
        Ok(Some(Tree::If(formula, Box::new(on), Box::new(over))))
    }
}

impl At {
    /// Jumps to an instruction.
    fn jump(&mut self, target: u32) {
        if let Some(frame) = self.frames.last_mut() {
            frame.at = target;
        }
    }
}
