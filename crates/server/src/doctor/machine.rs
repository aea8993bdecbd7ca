//! The machine below the server.

use std::fs;
use std::path::Path;

use super::Findings;
use crate::config::Config;

/// What the machine says of itself, as text: read once, judged apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Machine {
    /// `/proc/swaps`.
    pub(crate) swaps: String,
    /// `/proc/sys/kernel/core_pattern`.
    pub(crate) core_pattern: String,
    /// `/proc/self/limits`, of this process: started as the server is, it has the server's.
    pub(crate) limits: String,
    /// `SAFEHALL_LOG`.
    pub(crate) log: String,
    /// Whether this is the superuser.
    pub(crate) is_root: bool,
    /// Whether it is a container, with a network of its own.
    pub(crate) is_container: bool,
}

impl Machine {
    /// This one.
    pub(crate) fn this() -> Self {
        // A machine that does not say is one about which nothing is found.
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        Self {
            swaps: read("/proc/swaps"),
            core_pattern: read("/proc/sys/kernel/core_pattern"),
            limits: read("/proc/self/limits"),
            log: std::env::var("SAFEHALL_LOG").unwrap_or_default(),
            is_root: rustix::process::getuid().is_root(),
            is_container: ["/.dockerenv", "/run/.containerenv"]
                .iter()
                .any(|mark| Path::new(mark).exists()),
        }
    }

    /// The soft limit of this name, if it is a number.
    fn limit(&self, name: &str) -> Option<u64> {
        let line = self.limits.lines().find(|line| line.starts_with(name))?;
        line.get(name.len()..)?
            .split_whitespace()
            .next()?
            .parse()
            .ok()
    }
}

/// Swap on a device of its own, that is neither memory nor encrypted.
fn open_swaps(swaps: &str) -> Vec<&str> {
    swaps
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .filter(|device| !device.starts_with("/dev/zram") && !device.starts_with("/dev/dm-"))
        .collect()
}

pub(super) fn look(findings: &mut Findings, machine: &Machine, config: Option<&Config>) {
    let swaps = open_swaps(&machine.swaps);
    if swaps.is_empty() {
        findings.good("swap", "Memory is not written to an open disk.");
    } else {
        findings.missing(
            "swap",
            format!(
                "Memory may be written to {}: keys and cases with it.",
                swaps.join(", ")
            ),
            "swapoff -a, and take it out of /etc/fstab; or put it on an encrypted device.",
        );
    }
    let keeps_cores = machine.limit("Max core file size") != Some(0);
    if keeps_cores {
        let to = machine.core_pattern.trim();
        findings.advice(
            "core-dumps",
            format!("A program that crashes here leaves its memory on the disk ({to}). Safehall itself asks not to."),
            "Start it with `ulimit -c 0` (systemd: LimitCORE=0), in case another program is used on the same data.",
        );
    } else {
        findings.good(
            "core-dumps",
            "No memory is left on the disk when a program crashes.",
        );
    }
    if machine.is_root {
        findings.advice(
            "superuser",
            "This is the superuser. The server needs no right that an ordinary user has not.",
            "Run it as a user of its own, who owns the data folder and nothing else.",
        );
    }
    let wanted = config.map_or(1_024, |config| config.connections) as u64 + 128;
    if machine
        .limit("Max open files")
        .is_some_and(|files| files < wanted)
    {
        findings.missing(
            "file-handles",
            format!("It may have fewer files and connections open than the {wanted} that it is set to serve."),
            format!("ulimit -n {wanted} (systemd: LimitNOFILE={wanted}), or set `connections` lower."),
        );
    }
}

const MIB: u64 = 1 << 20;
/// Less than this, and an afternoon with photos of damage fills it.
const LITTLE: u64 = 512 * MIB;

/// `photos`: how much more photos and papers may take.
pub(super) fn look_at_room(findings: &mut Findings, data: &Path, photos: u64) {
    let Ok(room) = rustix::fs::statvfs(data) else {
        return;
    };
    let free = room.f_bavail.saturating_mul(room.f_frsize);
    room_of(findings, free, photos);
}

fn room_of(findings: &mut Findings, free: u64, photos: u64) {
    let say = format!(
        "{} MiB are free on the disk of the data folder.",
        free / MIB
    );
    if free < LITTLE {
        findings.missing(
            "disk",
            say,
            "Make room: on a full disk nothing is kept, and phones hold everything.",
        );
    } else if free < LITTLE.saturating_add(photos) {
        findings.advice(
            "disk",
            format!("{say} Photos and papers may still take {} MiB of it.", photos / MIB),
            "Make room, or set `attachment_bytes` to less: what is over it waits on the phones, and words need the disk more.",
        );
    } else {
        findings.good("disk", say);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    fn found(machine: &Machine) -> Vec<(Level, &'static str)> {
        let mut findings = Findings::default();
        look(&mut findings, machine, None);
        findings
            .0
            .iter()
            .map(|found| (found.level, found.name))
            .collect()
    }

    fn well() -> Machine {
        Machine {
            swaps: "Filename\tType\tSize\tUsed\tPriority\n/dev/zram0 partition 8 0 100\n"
                .to_owned(),
            core_pattern: "core".to_owned(),
            limits: "Limit  Soft Limit Hard Limit Units\n\
                     Max core file size        0                    unlimited            bytes\n\
                     Max open files            4096                 1048576              files\n"
                .to_owned(),
            log: String::new(),
            is_root: false,
            is_container: false,
        }
    }

    #[test]
    fn a_machine_that_is_well_has_nothing_to_say() {
        assert_eq!(
            found(&well()),
            [(Level::Good, "swap"), (Level::Good, "core-dumps")]
        );
    }

    #[test]
    fn what_a_machine_may_leave_on_its_disk_is_named() {
        let mut machine = well();
        machine.swaps.push_str("/dev/sda2 partition 8388604 0 -2\n");
        machine.limits = machine.limits.replace(
            "0                    unlimited",
            "unlimited            unlimited",
        );
        machine.limits = machine.limits.replace("4096 ", "256  ");
        machine.is_root = true;
        assert_eq!(
            found(&machine),
            [
                (Level::Missing, "swap"),
                (Level::Advice, "core-dumps"),
                (Level::Advice, "superuser"),
                (Level::Missing, "file-handles"),
            ]
        );
    }

    #[test]
    fn a_disk_that_is_nearly_full_is_missing_room_and_photos_count_before_they_come() {
        let mut findings = Findings::default();
        for (free, photos) in [
            (LITTLE - 1, 0),
            (LITTLE, 0),
            (LITTLE + 7, 8),
            (LITTLE + 8, 8),
        ] {
            room_of(&mut findings, free, photos);
        }
        let levels: Vec<Level> = findings.0.iter().map(|found| found.level).collect();
        assert_eq!(
            levels,
            [Level::Missing, Level::Good, Level::Advice, Level::Good]
        );
    }
}
