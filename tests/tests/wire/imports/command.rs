//! The operator's command.

use anju_tests::Stack;
use anju_tests::client::PASSWORD;
use anju_tests::stack::plan;

use super::{regions_file, register_file};

#[tokio::test]
async fn the_command_imports_a_file_says_what_came_of_it_and_saves_what_was_wrong() {
    let stack = Stack::to_import(&plan(1, 1, 9)).await;
    let inside = stack.inside().await;
    stack.operator().await;
    let folder = tempfile::TempDir::with_prefix("anju-transfer-").unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("regions.csv"), regions_file(stack.register())).unwrap();
    std::fs::write(path("register.csv"), register_file(stack.register())).unwrap();
    std::fs::write(path("wrong.csv"), "code,name\n530627,\n").unwrap();
    let run = |words: &[&str]| {
        let mut command = stack.commanded("anju-transfer", words);
        let output = command.env("ANJU_PASSWORD", PASSWORD).current_dir(folder.path()).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&said).into_owned())
    };
    let (code, said) = run(&["import", "--kind", "regions", &path("regions.csv")]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&["import", "--kind", "register", &path("register.csv"), "--dry-run"]);
    assert!(code == Some(0) && said.contains("nothing is changed") && said.contains("9 new"), "{said}");
    let (code, said) = run(&["import", "--kind", "register", &path("register.csv")]);
    assert!(code == Some(0) && said.contains("import-errors.csv"), "{said}");
    assert_eq!(inside.households(stack.register()).await.len(), 9);
    let (code, said) =
        run(&["import", "--kind", "regions", &path("wrong.csv"), "--errors", &path("wrong-errors.csv")]);
    assert!(code == Some(1) && said.contains("1 not taken"), "{said}");
    assert!(std::fs::read_to_string(path("wrong-errors.csv")).unwrap().contains("缺少姓名"));
    let (code, said) = run(&["import", "--kind", "accounts", &path("register.csv")]);
    assert!(code == Some(2) && said.contains("not imported"), "{said}");
    let (code, said) = run(&["template", "--kind", "register", &path("template.xlsx")]);
    assert!(code == Some(0) && std::fs::read(path("template.xlsx")).unwrap().starts_with(b"PK"), "{said}");
}
