//! What the team does, what behaviour can be called, what can follow and what is said.

use std::collections::{BTreeMap, BTreeSet};

use super::form::{KEBAB, SNAKE, is_kebab, is_snake, is_step};
use super::walk::{Table, Text, Walk};
use super::{Code, Found, Param, Sanction, Sentence, Step, Who};

/// Steps without which nobody is looked after, met or heard.
const NEEDED: [&str; 19] = [
    "IR1", "IR2", "IR3", "IR4", "IR5", "IR6", "DN1", "DN2", "DN3", "CM0", "CM1", "CM2", "CM3",
    "CM4", "RP1", "RP2", "RP3", "RP4", "RP5",
];
/// Nothing is decided or told before this step: their side is heard first.
const HEARING: &str = "RP3";
const DECIDING: [&str; 2] = ["RP4", "RP5"];
/// Where to appeal.
const APPEAL: &str = "AP1";
/// What the policy does not do. A pack can say so; nothing in Safehall acts on a yes.
const NOT_DONE: [&str; 3] = ["ask_feedback", "escrow", "apology"];

/// The procedure, and the line of the step that tells where to appeal.
#[derive(Default)]
pub(super) struct Procedure {
    pub(super) id: String,
    pub(super) lineage: Vec<String>,
    pub(super) minors: String,
    pub(super) steps: Vec<Step>,
    pub(super) appeal_step: Option<usize>,
}

pub(super) fn procedure(walk: &mut Walk, root: &mut Table<'_>) -> Procedure {
    let mut table = walk.section(root, "procedure");
    let id = walk.formed(&mut table, "id", is_kebab, KEBAB).value;
    let lineage = walk.texts(&mut table, "lineage");
    let minors = walk.optional(&mut table, "minors", 1000);
    for key in NOT_DONE {
        if walk.yes(&mut table, key) {
            let line = walk.line_under(&table, key);
            let expected = "false: the procedure does not ask for it, and no screen does";
            walk.mistake(line, &table.key(key), Found::Unfit, expected);
        }
    }
    walk.finish(&table);
    let (steps, appeal_step) = steps(walk, root);
    Procedure {
        id,
        lineage: lineage.into_iter().map(|from| from.value).collect(),
        minors,
        steps,
        appeal_step,
    }
}

/// Where a step and its fields stand.
struct Lines {
    step: usize,
    when: usize,
}

fn steps(walk: &mut Walk, root: &mut Table<'_>) -> (Vec<Step>, Option<usize>) {
    let mut seen = BTreeSet::new();
    let mut steps: Vec<Step> = Vec::new();
    let mut lines: Vec<Lines> = Vec::new();
    for mut table in walk.list(root, "steps", true) {
        let code = walk.formed(
            &mut table,
            "code",
            is_step,
            "two capital letters and a number, for example IR1",
        );
        walk.once(&mut seen, "steps.code", &code);
        let title = walk.text(&mut table, "title", 200).value;
        let expected = "anyone, responder, chair or delegate";
        let who = walk.formed(&mut table, "who", |who| who_of(who).is_some(), expected);
        let when = walk.formed(
            &mut table,
            "when",
            |when| when == "now" || when.strip_prefix("after ").is_some_and(is_step),
            "\"now\", or \"after\" and the code of a step",
        );
        let step = Step {
            code: code.value,
            title,
            say: walk.optional(&mut table, "say", 1000),
            do_not: walk.optional(&mut table, "do_not", 1000),
            who: who_of(&who.value).unwrap_or(Who::Anyone),
            when: when.value,
            seed_ref: walk.optional(&mut table, "seed_ref", 40),
            explain: walk.optional(&mut table, "explain", 300),
        };
        said(walk, &table, &step);
        if who_of(&who.value).is_some() {
            right_person(walk, who.line, &step);
        }
        walk.finish(&table);
        lines.push(Lines {
            step: table.line(),
            when: when.line,
        });
        steps.push(step);
    }
    whole(walk, &steps, &lines);
    in_order(walk, &steps, &lines);
    let appeal = steps.iter().position(|step| step.code == APPEAL);
    let line = appeal.and_then(|at| lines.get(at)).map(|lines| lines.step);
    (steps, line)
}

/// A first step has words to say, and what not to do is said.
fn said(walk: &mut Walk, table: &Table<'_>, step: &Step) {
    if step.code.starts_with("IR") && step.say.trim().is_empty() {
        let expected = "the words to say to whoever reports";
        walk.mistake(table.line(), "steps.say", Found::Missing, expected);
    }
    if step.code.starts_with("DN") && step.do_not.trim().is_empty() {
        let expected = "what not to do";
        walk.mistake(table.line(), "steps.do_not", Found::Missing, expected);
    }
}

/// Danger is everybody's; what is decided and announced is the chair's.
fn right_person(walk: &mut Walk, line: usize, step: &Step) {
    let lead = matches!(step.who, Who::Chair | Who::Delegate);
    let (fits, expected) = match step.code.as_str() {
        "IR1" => (step.who == Who::Anyone, "anyone: danger does not wait"),
        "RP4" => (step.who == Who::Chair, "chair: it is decided by the chair"),
        "CM1" | "CM2" | "CM3" | "CM4" | "RP1" | "RP2" | "RP3" | "RP5" | "PB3" | "PB4" => {
            (lead, "chair or delegate")
        }
        _ => (true, ""),
    };
    if !fits {
        walk.mistake(line, "steps.who", Found::Unfit, expected);
    }
}

/// Every step that the screens lead to is there.
fn whole(walk: &mut Walk, steps: &[Step], lines: &[Lines]) {
    let Some(first) = lines.first() else { return };
    for code in NEEDED {
        if !steps.iter().any(|step| step.code == code) {
            walk.mistake(
                first.step,
                "steps",
                Found::Missing,
                &format!("a step {code}"),
            );
        }
    }
}

/// Every step can be reached, and their side is heard before anything is decided.
fn in_order(walk: &mut Walk, steps: &[Step], lines: &[Lines]) {
    let before: BTreeMap<&str, &str> = steps
        .iter()
        .filter_map(|step| Some((step.code.as_str(), step.when.strip_prefix("after ")?)))
        .collect();
    for (step, lines) in steps.iter().zip(lines) {
        let Some(code) = step
            .when
            .strip_prefix("after ")
            .filter(|code| is_step(code))
        else {
            if DECIDING.contains(&step.code.as_str()) && step.when == "now" {
                after_hearing(walk, lines);
            }
            continue;
        };
        if !steps.iter().any(|other| other.code == code) {
            let expected = "the code of a step that is in this pack";
            walk.mistake(lines.when, "steps.when", Found::Unfit, expected);
            continue;
        }
        let path = earlier(&before, &step.code);
        if path.contains(&step.code.as_str()) {
            let expected = "a step that does not wait for this one";
            walk.mistake(lines.when, "steps.when", Found::Unfit, expected);
        } else if DECIDING.contains(&step.code.as_str()) && !path.contains(&HEARING) {
            after_hearing(walk, lines);
        }
    }
}

fn after_hearing(walk: &mut Walk, lines: &Lines) {
    let expected = "after RP3, or after a step that is: their side is heard first";
    walk.mistake(lines.when, "steps.when", Found::Unfit, expected);
}

/// All steps that come before one; it is among them itself when they wait for each other.
fn earlier<'s>(before: &BTreeMap<&'s str, &'s str>, code: &str) -> BTreeSet<&'s str> {
    let mut path = BTreeSet::new();
    let mut next = before.get(code);
    while let Some(code) = next
        && path.insert(*code)
    {
        next = before.get(code);
    }
    path
}

pub(super) fn categories(walk: &mut Walk, root: &mut Table<'_>) -> Vec<Code> {
    let mut seen = BTreeSet::new();
    let tables = walk.list(root, "categories", true);
    let mut read = |mut table: Table<'_>| {
        let code = walk.formed(&mut table, "code", is_snake, SNAKE);
        walk.once(&mut seen, "categories.code", &code);
        let title = walk.text(&mut table, "title", 200).value;
        walk.finish(&table);
        Code {
            code: code.value,
            title,
        }
    };
    tables.into_iter().map(&mut read).collect()
}

pub(super) fn sanctions(walk: &mut Walk, root: &mut Table<'_>) -> Vec<Sanction> {
    let mut seen = BTreeSet::new();
    let tables = walk.list(root, "sanctions", true);
    let mut read = |mut table: Table<'_>| {
        let code = walk.formed(&mut table, "code", is_snake, SNAKE);
        walk.once(&mut seen, "sanctions.code", &code);
        let sanction = Sanction {
            title: walk.text(&mut table, "title", 200).value,
            params: params(walk, &mut table, &code),
            needs: walk.optional(&mut table, "needs", 300),
            carried_out_by: walk.optional(&mut table, "carried_out_by", 100),
            seed_ref: walk.optional(&mut table, "seed_ref", 40),
            code: code.value,
        };
        walk.finish(&table);
        sanction
    };
    tables.into_iter().map(&mut read).collect()
}

fn params(walk: &mut Walk, table: &mut Table<'_>, code: &Text) -> Vec<Param> {
    let mut seen = BTreeSet::new();
    let mut params = Vec::new();
    for text in walk.texts(table, "params") {
        walk.once(&mut seen, "sanctions.params", &text);
        match Param::ALL
            .into_iter()
            .find(|param| param.name() == text.value)
        {
            Some(param) => params.push(param),
            None => {
                let names = Param::ALL.map(Param::name).join(", ");
                let expected = format!("one of: {names}");
                walk.mistake(text.line, "sanctions.params", Found::Unfit, &expected);
            }
        }
    }
    // What everybody can read cannot be taken back, and may be against the law.
    let guarded = [Param::SecondApprover, Param::LegalNote];
    if code.value == "publish_account" && !guarded.iter().all(|param| params.contains(param)) {
        let expected = "second_approver and legal_note, because it is published";
        walk.mistake(table.line(), "sanctions.params", Found::Missing, expected);
    }
    params
}

pub(super) fn sentences(walk: &mut Walk, root: &mut Table<'_>) -> Vec<Sentence> {
    let mut seen = BTreeSet::new();
    let mut sentences = Vec::new();
    for mut table in walk.list(root, "sentences", false) {
        let id = walk.formed(&mut table, "id", is_snake, SNAKE);
        walk.once(&mut seen, "sentences.id", &id);
        sentences.push(Sentence {
            id: id.value,
            text: walk.text(&mut table, "text", 1000).value,
        });
        walk.finish(&table);
    }
    sentences
}

fn who_of(text: &str) -> Option<Who> {
    match text {
        "anyone" => Some(Who::Anyone),
        "responder" => Some(Who::Responder),
        "chair" => Some(Who::Chair),
        "delegate" => Some(Who::Delegate),
        _ => None,
    }
}
