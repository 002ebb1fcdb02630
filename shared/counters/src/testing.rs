//! Counters and a register in memory, with faults at will.
