//! The child: confines itself, and then answers questions until there are no more.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, nice, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use safehall_sync::trial::{Answer, Question, Trial};

use super::words;

/// Bytes of documents that a child remembers, as they stand in the log.
const REMEMBERED: usize = 16 << 20;

/// What a child may take.
#[derive(Clone, Copy, Debug)]
pub struct Confines {
    /// Bytes of memory.
    pub memory: u64,
    /// Seconds of a processor for each question.
    pub cpu_seconds: u64,
    /// Whether it stands back behind everybody else on this machine.
    pub last_in_line: bool,
}

/// Does what `safehall admission-worker` does, until the other end hangs up.
///
/// # Errors
///
/// It could not confine itself, or the conversation broke off. Nothing was
/// read in the first case.
pub fn run(confines: Confines) -> io::Result<()> {
    confine(confines)?;
    // Automerge's panics may repeat what somebody typed.
    std::panic::set_hook(Box::new(|_| {}));
    let mut trial = Trial::new(REMEMBERED);
    serve(io::stdin().lock(), io::stdout().lock(), |question| {
        allow_seconds(confines.cpu_seconds)?;
        Ok(trial.ask(question))
    })
}

/// Answers each question with what `answer` says.
///
/// # Errors
///
/// `answer` failed, or the conversation broke off.
pub fn serve(
    mut input: impl io::Read,
    mut output: impl io::Write,
    mut answer: impl FnMut(&Question<'_>) -> io::Result<Answer>,
) -> io::Result<()> {
    output.write_all(&words::GREETING)?;
    output.flush()?;
    while let Some(heard) = words::hear(&mut input)? {
        let question = words::read_question(&heard).ok_or(io::ErrorKind::InvalidData)?;
        let answered = answer(&question)?;
        output.write_all(&words::write_answer(answered))?;
        output.flush()?;
    }
    Ok(())
}

/// Takes from this process what it does not need, before it reads a byte.
fn confine(confines: Confines) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{
            DumpableBehavior, Signal, set_dumpable_behavior, set_parent_process_death_signal,
        };
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // Nobody else reads its memory, and it leaves no core.
        set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    }
    if confines.last_in_line {
        nice(10)?;
    }
    lower(Resource::As, confines.memory)?;
    lower(Resource::Core, 0)?;
    // Not one byte into a file; pipes are no files.
    lower(Resource::Fsize, 0)?;
    // No further process or thread.
    lower(Resource::Nproc, 0)?;
    // Its three pipes are open. A file or a socket would be a fourth.
    lower(Resource::Nofile, 3)
}

fn lower(resource: Resource, to: u64) -> io::Result<()> {
    let to = getrlimit(resource).maximum.map_or(to, |most| most.min(to));
    let limit = Rlimit {
        current: Some(to),
        maximum: Some(to),
    };
    Ok(setrlimit(resource, limit)?)
}

/// Counted from what the process took so far: the system's limit is for its whole life.
fn allow_seconds(seconds: u64) -> io::Result<()> {
    let taken = clock_gettime(ClockId::ProcessCPUTime).tv_sec;
    let until = u64::try_from(taken).unwrap_or(0) + seconds + 1;
    let limit = Rlimit {
        current: Some(until),
        maximum: getrlimit(Resource::Cpu).maximum,
    };
    Ok(setrlimit(Resource::Cpu, limit)?)
}
