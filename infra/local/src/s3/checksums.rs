//! Checks an upload before it is stored. The store itself would check only afterwards, and leave a bad object
//! in place of a good one.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use md5::{Digest, Md5};
use s3s::checksum::ChecksumHasher;
use s3s::dto::PutObjectInput;
use s3s::{S3Result, s3_error};

/// Takes over the checksums that came behind the body.
pub(super) fn read_trailers(input: &mut PutObjectInput, trailers: &HeaderMap) {
    let fields = [
        ("x-amz-checksum-crc32", &mut input.checksum_crc32),
        ("x-amz-checksum-crc32c", &mut input.checksum_crc32c),
        ("x-amz-checksum-crc64nvme", &mut input.checksum_crc64nvme),
        ("x-amz-checksum-sha1", &mut input.checksum_sha1),
        ("x-amz-checksum-sha256", &mut input.checksum_sha256),
    ];
    for (name, field) in fields {
        if let Some(value) = trailers.get(name).and_then(|value| value.to_str().ok()) {
            *field = Some(value.to_owned());
        }
    }
}

/// Compares the body with every checksum that was given.
pub(super) fn check(input: &PutObjectInput, body: &Bytes) -> S3Result<()> {
    let mut hasher = ChecksumHasher {
        crc32: input.checksum_crc32.as_ref().map(|_| Default::default()),
        crc32c: input.checksum_crc32c.as_ref().map(|_| Default::default()),
        crc64nvme: input.checksum_crc64nvme.as_ref().map(|_| Default::default()),
        sha1: input.checksum_sha1.as_ref().map(|_| Default::default()),
        sha256: input.checksum_sha256.as_ref().map(|_| Default::default()),
    };
    hasher.update(body);
    let actual = hasher.finalize();
    let compared = [
        ("CRC32", &input.checksum_crc32, &actual.checksum_crc32),
        ("CRC32C", &input.checksum_crc32c, &actual.checksum_crc32c),
        ("CRC64NVME", &input.checksum_crc64nvme, &actual.checksum_crc64nvme),
        ("SHA1", &input.checksum_sha1, &actual.checksum_sha1),
        ("SHA256", &input.checksum_sha256, &actual.checksum_sha256),
    ];
    for (name, given, actual) in compared {
        if given != actual {
            return Err(s3_error!(
                BadDigest,
                "The {name} you specified did not match the calculated checksum."
            ));
        }
    }
    match &input.content_md5 {
        Some(given) if *given != STANDARD.encode(Md5::digest(body)) => {
            Err(s3_error!(BadDigest, "The Content-MD5 you specified did not match what we received."))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input() -> PutObjectInput {
        PutObjectInput::builder().bucket("b".to_owned()).key("k".to_owned()).build().unwrap()
    }

    #[test]
    fn a_body_that_differs_from_its_checksum_is_refused() {
        let body = Bytes::from_static(b"hello");
        let mut input = input();
        assert!(check(&input, &body).is_ok());
        input.checksum_sha256 = Some("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=".to_owned());
        assert!(check(&input, &body).is_ok());
        assert!(check(&input, &Bytes::from_static(b"hellO")).is_err());
    }

    #[test]
    fn a_checksum_behind_the_body_counts_too() {
        let mut input = input();
        let mut trailers = HeaderMap::new();
        trailers.insert("x-amz-checksum-crc32", "AAAAAA==".parse().unwrap());
        read_trailers(&mut input, &trailers);
        assert!(check(&input, &Bytes::from_static(b"hello")).is_err());
    }
}
