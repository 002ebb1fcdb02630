//! Who used the processors: times of processes and threads from `/proc`, and samples of perf.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

/// Seconds of processor time by who used it.
pub type Used = BTreeMap<String, f64>;

/// Clock ticks a second, as `/proc` counts on Linux.
const TICKS: f64 = 100.0;
/// The embedded database works in a thread of its own.
const DATABASE_THREAD: &str = "dynamodb";

/// What the stack, its functions and this process have used so far. Empty where there is no `/proc`.
pub fn used(stack: u32) -> Used {
    let mut used = Used::new();
    let mut add = |who: &str, seconds: f64| *used.entry(who.to_owned()).or_default() += seconds;
    add("load generator", ticks(Path::new("/proc/self/stat")).map_or(0.0, |(_, ticks)| ticks / TICKS));
    let threads = std::fs::read_dir(format!("/proc/{stack}/task")).into_iter().flatten().flatten();
    for thread in threads {
        let name = std::fs::read_to_string(thread.path().join("comm")).unwrap_or_default();
        let who = if name.trim() == DATABASE_THREAD { "database" } else { "local stack" };
        add(who, ticks(&thread.path().join("stat")).map_or(0.0, |(_, ticks)| ticks / TICKS));
    }
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    for process in processes {
        let Some((parent, ticks)) = ticks(&process.path().join("stat")) else { continue };
        let binary = std::fs::read_link(process.path().join("exe")).ok();
        let name =
            binary.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        if let Some(name) = name.filter(|_| parent == stack) {
            add(&name, ticks / TICKS);
        }
    }
    used
}

/// What was used in between.
pub fn between(before: &Used, after: &Used) -> Used {
    let since = |(who, seconds): (&String, &f64)| (who.clone(), seconds - before.get(who).unwrap_or(&0.0));
    after.iter().map(since).filter(|(_, seconds)| *seconds > 0.0).collect()
}

/// The parent and the processor time of a process or thread, in ticks.
fn ticks(stat: &Path) -> Option<(u32, f64)> {
    let content = std::fs::read_to_string(stat).ok()?;
    // The name stands in brackets and may hold anything.
    let fields: Vec<&str> = content.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |place: usize| fields.get(place)?.parse::<u64>().ok();
    Some((u32::try_from(number(1)?).ok()?, (number(11)? + number(12)?) as f64))
}

/// Where the machine spends its time during the next seconds: by process, then by function. None without perf.
pub async fn profile(file: &Path, seconds: u64) -> Option<String> {
    let recorded = Command::new("perf")
        .args(["record", "--quiet", "-F", "199", "-a", "-o"])
        .arg(file)
        .args(["--", "sleep", &seconds.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    recorded.await.ok().filter(std::process::ExitStatus::success)?;
    let by_process = report(file, "comm", "1").await?;
    let by_function = report(file, "comm,symbol", "0.7").await?;
    Some(format!("By process:\n\n{by_process}\nBy function:\n\n{by_function}"))
}

async fn report(file: &Path, sort: &str, least: &str) -> Option<String> {
    let output = Command::new("perf")
        .args(["report", "--stdio", "--no-children", "--sort", sort, "--percent-limit", least, "-i"])
        .arg(file)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    let text = String::from_utf8(output.await.ok()?.stdout).ok()?;
    let is_line = |line: &&str| !line.starts_with('#') && !line.trim().is_empty();
    // Behind the names stand columns that nobody asked for.
    let line = |line: &str| line.trim_end_matches([' ', '-']).chars().take(110).collect::<String>() + "\n";
    Some(text.lines().filter(is_line).take(45).map(line).collect())
}
