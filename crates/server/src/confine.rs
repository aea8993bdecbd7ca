//! A process that holds keys: nobody else on the machine looks into its memory,
//! and no copy of it is left on a disk.

use rustix::io::Errno;
use rustix::mm::{MlockAllFlags, mlockall};
use rustix::process::{DumpableBehavior, Resource, Rlimit};
use rustix::process::{getrlimit, set_dumpable_behavior, setrlimit};

/// No core dump, no debugger, and no swap if the system lets us: it does where
/// `LimitMEMLOCK=infinity` stands in the unit.
///
/// # Errors
///
/// The system refused the first two, which it never should.
pub(crate) fn confine() -> Result<(), Errno> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    // With a limit, memory would run out at some moment instead of being swapped.
    if getrlimit(Resource::Memlock).current.is_none() {
        let all = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
        if let Err(refused) = mlockall(all) {
            tracing::warn!(
                error = &refused as &dyn std::error::Error,
                "keys may be swapped to the disk"
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rustix::process::dumpable_behavior;

    use super::*;

    #[test]
    fn afterwards_nobody_dumps_or_traces_the_process() {
        confine().unwrap();

        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        assert_eq!(getrlimit(Resource::Core).maximum, Some(0));
    }
}
