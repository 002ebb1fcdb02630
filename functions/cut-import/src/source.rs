//! A file in the bucket as something to read from, a block at a time.

use std::io::{self, Read};

use anju_store::transfer_files::TransferFiles;
use tokio::runtime::Handle;

/// Bytes that are fetched at a time.
const BLOCK: u64 = 4 << 20;

/// Reads a file from a place on, on a thread that may wait.
pub struct FileReader {
    runtime: Handle,
    files: TransferFiles,
    key: String,
    next: u64,
    block: Vec<u8>,
    taken: usize,
    is_over: bool,
}

impl FileReader {
    /// The file at `key` from `from` on.
    pub fn new(runtime: Handle, files: TransferFiles, key: String, from: u64) -> Self {
        FileReader { runtime, files, key, next: from, block: Vec::new(), taken: 0, is_over: false }
    }
}

impl Read for FileReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.block.len() && !self.is_over {
            let fetched = self.runtime.block_on(self.files.range(&self.key, self.next, BLOCK));
            self.block = fetched.map_err(io::Error::other)?.unwrap_or_default();
            self.is_over = (self.block.len() as u64) < BLOCK;
            self.next += self.block.len() as u64;
            self.taken = 0;
        }
        let length = buffer.len().min(self.block.len() - self.taken);
        buffer[..length].copy_from_slice(&self.block[self.taken..self.taken + length]);
        self.taken += length;
        Ok(length)
    }
}
