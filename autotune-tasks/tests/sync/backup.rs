//! The file with the record as it was before.

use autotune_tasks::sync::{Outcome, apply};

use crate::{
    documents::{USUAL, now, planned, text_record},
    memory::{Memory, Write},
};

#[tokio::test]
async fn a_backup_can_be_read_by_its_owner_alone_and_replaces_no_other() {
    let plan = planned(&text_record(), USUAL).expect("a plan");
    let directory = tempfile::tempdir().expect("a directory");
    let backups = directory.path().join("backups");
    let mut names = Vec::new();
    for _ in 0..2 {
        let server = Memory::new(Write::Works, &[text_record()]);
        let outcome = apply(&server, &plan, plan.token(), &backups, now()).await.expect("written");
        let Outcome::Written { backup, .. } = outcome else { panic!("{outcome:?}") };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path| std::fs::metadata(path).expect("a file").permissions().mode() & 0o777;
            assert_eq!((mode(&backup), mode(&backups)), (0o600, 0o700));
        }
        names.push(backup.file_name().expect("a name").to_string_lossy().into_owned());
    }
    let token = plan.token();
    assert_eq!(names[0], format!("nightscout-profile-2024-05-20T101112Z-{token}.json"));
    assert_eq!(names[1], format!("nightscout-profile-2024-05-20T101112Z-{token}-2.json"));
}
