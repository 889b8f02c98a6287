"""The Beam wiring of the rooms: one composite transform a stage, as little logic as possible."""
