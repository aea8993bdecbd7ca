-- Which device brought a change here, if it is not the one that signed it and
-- could not read it: null for all others. A column of ids like its neighbours;
-- the ledger of the case says the same in its chain.
alter table change add column via blob references device (device_id) check (length(via) = 16);
