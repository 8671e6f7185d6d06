-- +goose Up
-- Which rows an audience or a broadcast leaves out: whose is "audience 12" or "request 17",
-- numbers are ranges of them, "4,7-9", of one reason.
create table left_out (
    whose text not null,
    part bigint not null,
    why text not null,
    numbers text not null,
    primary key (whose, part)
);

-- +goose Down
drop table left_out;
