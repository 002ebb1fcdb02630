//! `watermark`: marks one photo as the system does, and tells what it found.

mod report;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anju_photo::{
    CaptureClaim, Corner, Limits, MarkStyle, Processed, Rejection, SecondLine, Source, process_in_style,
};
use clap::Parser;
use jiff::Timestamp;

use crate::report::{Rejected, Report};

/// Marks a photo with the time it was taken: the file's own, else --time, which the mark then calls the time of
/// the upload where it isn't --declared. Ends with 0; with 2 for a file that is no photo, or a broken one; with
/// 1 where something else went wrong.
#[derive(Parser)]
#[command(name = "watermark")]
struct Arguments {
    /// The photo: JPEG, PNG, WebP or HEIC.
    input: PathBuf,
    /// Where the marked photo goes, a JPEG.
    output: PathBuf,
    /// The time of the upload, such as 2020-06-03T10:22:31+08:00.
    #[arg(long)]
    time: Timestamp,
    /// --time is that of taking the photo, by its sender's word.
    #[arg(long)]
    declared: bool,
    /// A second line on the mark.
    #[arg(long, default_value = "", hide_default_value = true)]
    line: String,
    /// The second line says where the photo was taken, as far as the file does.
    #[arg(long)]
    coordinates: bool,
    /// The mark's corner: bottom-left, bottom-right, top-left or top-right.
    #[arg(long, default_value = "bottom-left")]
    corner: Corner,
    /// Where the thumbnail goes.
    #[arg(long)]
    thumbnail: Option<PathBuf>,
    /// Prints what was found as JSON.
    #[arg(long)]
    json: bool,
}

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Rejected(#[from] Rejection),
    #[error("{path}: {error}", path = .0.display(), error = .1)]
    File(PathBuf, std::io::Error),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match mark(&arguments) {
        Ok(processed) => {
            if arguments.json {
                say(&Report::of(&processed));
            }
            ExitCode::SUCCESS
        }
        Err(failure) => {
            let code = if let Failure::Rejected(rejection) = failure {
                if arguments.json {
                    say(&Rejected::of(rejection));
                }
                2
            } else {
                1
            };
            // Nothing can be done about a terminal that is gone.
            drop(writeln!(std::io::stderr(), "{failure}"));
            ExitCode::from(code)
        }
    }
}

fn mark(arguments: &Arguments) -> Result<Processed, Failure> {
    let limits = Limits::default();
    let original = read(&arguments.input, &limits)?;
    let claim = CaptureClaim {
        source: Source::Album,
        declared_taken_at: arguments.declared.then_some(arguments.time),
        declared_location: None,
        uploaded_at: arguments.time,
    };
    let second_line = SecondLine { text: arguments.line.clone(), coordinates: arguments.coordinates };
    let style = MarkStyle { corner: arguments.corner, second_line, ..MarkStyle::default() };
    let processed = process_in_style(&original, &claim, &limits, &style)?;
    write(&arguments.output, &processed.marked)?;
    if let Some(path) = &arguments.thumbnail {
        write(path, &processed.thumbnail)?;
    }
    Ok(processed)
}

/// A file's content, unless it is longer than the limits allow.
fn read(path: &PathBuf, limits: &Limits) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::File(path.clone(), error);
    let length = std::fs::metadata(path).map_err(failed)?.len();
    if length > limits.max_bytes as u64 {
        return Err(Rejection::TooManyBytes.into());
    }
    std::fs::read(path).map_err(failed)
}

fn write(path: &PathBuf, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|error| Failure::File(path.clone(), error))
}

fn say(what: &impl serde::Serialize) {
    let written = serde_json::to_writer_pretty(std::io::stdout(), what).map_err(std::io::Error::from);
    drop(written.and_then(|()| writeln!(std::io::stdout())));
}
