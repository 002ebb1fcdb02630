//! The processes of a stack, to be ended or held still at the worst moment. Linux only: it reads `/proc`.

use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};

/// A process that a stack started: one instance of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionProcess {
    /// Name of the binary, which is the function's.
    pub function: String,
    /// Its id.
    pub pid: u32,
}

impl FunctionProcess {
    /// The most memory that it has had at a time since it was last asked to forget, in KB.
    pub fn most_memory_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap_or_default();
        let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most.and_then(|most| most.trim().strip_suffix(" kB")?.trim().parse().ok()).unwrap_or(0)
    }

    /// Begins to measure its memory anew.
    pub fn forget_most_memory(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.pid), "5").expect("a process of ours");
    }

    /// Ends it without a word (SIGKILL).
    pub fn kill(&self) {
        send(self.pid, Signal::KILL);
    }

    /// Holds it still (SIGSTOP).
    pub fn hold(&self) {
        send(self.pid, Signal::STOP);
    }

    /// Lets it go on (SIGCONT).
    pub fn release(&self) {
        send(self.pid, Signal::CONT);
    }
}

/// Sends a signal; a process that is gone already needs none.
pub(crate) fn send(pid: u32, signal: Signal) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("a process id");
    match kill_process(pid, signal) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => {}
        Err(error) => panic!("process {pid:?} can't be signalled: {error}"),
    }
}

/// The processes that `parent` started and that still run.
pub fn started_by(parent: u32) -> Vec<FunctionProcess> {
    let entries = std::fs::read_dir("/proc").expect("these tests need Linux's /proc");
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid: u32| {
        (parent_of(pid)? == parent).then_some(FunctionProcess { function: name_of(pid)?, pid })
    })
    .collect()
}

/// From `/proc/<pid>/stat`: `<pid> (<name>) <state> <parent> …`. None where the process is gone or only
/// waits to be reaped.
fn parent_of(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    (state != "Z").then_some(fields.next()?.parse().ok()?)
}

/// The program's file name. The stat line would cut it off after 15 characters.
fn name_of(pid: u32) -> Option<String> {
    let command = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).ok()?;
    let program = command.split('\0').next()?;
    Some(Path::new(program).file_name()?.to_str()?.to_owned())
}
