//! What must hold across rooms. See the test files beside this folder.
