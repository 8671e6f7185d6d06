-- +goose Up
-- A program's line is claimed in the transaction of what it does, by the call that says it; what
-- it was answered is kept a moment later. Not yet: 0.
alter table api_answer add column claimed_by text not null default '';
alter table api_answer add column answered bigint not null default 1;

-- +goose Down
delete from api_answer where answered = 0;
alter table api_answer drop column answered;
alter table api_answer drop column claimed_by;
