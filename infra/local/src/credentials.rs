//! The one pair of keys that everything here is signed with. It protects nothing: it only lets S3 check that
//! signatures are made, and made right.

/// `AWS_ACCESS_KEY_ID` of the functions.
pub const ACCESS_KEY_ID: &str = "ANJULOCALACCESSKEY";
/// `AWS_SECRET_ACCESS_KEY` of the functions.
pub const SECRET_ACCESS_KEY: &str = "anju-local-secret-access-key";
