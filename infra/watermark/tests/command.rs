//! The command from outside: files in, files and words out.

#![expect(clippy::unwrap_used, reason = "a test that meets the unforeseen shall fail there")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use image::{Rgb, RgbImage};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn photo(&self) -> PathBuf {
        let path = self.file("photo.jpg");
        RgbImage::from_fn(640, 480, |x, y| Rgb([(x / 3) as u8, (y / 2) as u8, 90])).save(&path).unwrap();
        path
    }
}

fn watermark(input: &Path, output: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_watermark"));
    command.arg(input).arg(output).args(["--time", "2020-06-03T10:22:31+08:00"]).args(more);
    command.output().unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_photo_is_marked_and_its_facts_are_told() {
    let folder = Folder::new("marked");
    let (marked, thumbnail) = (folder.file("marked.jpg"), folder.file("thumbnail.jpg"));
    let more = ["--json", "--declared", "--line", "27.44 104.87", "--thumbnail", thumbnail.to_str().unwrap()];
    let output = watermark(&folder.photo(), &marked, &more);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let told = json(&output);
    assert_eq!(
        (&told["path"], &told["width"], &told["height"]),
        (&"splice".into(), &640.into(), &480.into())
    );
    assert_eq!(told["taken_at"], "2020-06-03T02:22:31Z");
    assert_eq!(told["taken_at_source"], "declared");
    assert_eq!(told["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(image::image_dimensions(&marked).unwrap(), (640, 480));
    assert_eq!(image::image_dimensions(&thumbnail).unwrap(), (400, 300));
}

#[test]
fn a_file_that_is_refused_ends_with_2_and_its_reason_and_leaves_nothing() {
    let folder = Folder::new("refused");
    let whole = std::fs::read(folder.photo()).unwrap();
    let (cut, marked) = (folder.file("cut.jpg"), folder.file("never.jpg"));
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let output = watermark(&cut, &marked, &["--json"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(json(&output)["rejected"], "truncated");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "the picture is cut off\n");
    assert!(!marked.exists());
}

#[test]
fn a_file_that_is_not_there_ends_with_1() {
    let folder = Folder::new("missing");
    let output = watermark(&folder.file("nothing.jpg"), &folder.file("marked.jpg"), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
}
