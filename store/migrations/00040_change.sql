-- +goose Up
-- A request that was asked instead of an earlier one, and that which was asked instead of it.
alter table request add column instead_of bigint not null default 0;
alter table request add column replaced_by bigint not null default 0;
-- 1: it belongs to something else, as a schedule's fire does, and is changed there.
alter table request add column fixed bigint not null default 0;
update request set fixed = 1 where due_at > 0 or grant_n > 0 or kind in ('schedule.add', 'article.upload', 'article.publish', 'article.take_back', 'mass.delete', 'material.upload', 'pictures.upload')
    or n in (select request from broadcast where failed_of > 0);

-- A line that a team keeps under a name of its own, with blanks as {order}.
create table saved_line (
    name text primary key,
    line text not null,
    saved_by text not null,
    saved_at bigint not null
);

-- +goose Down
drop table saved_line;
alter table request drop column fixed;
alter table request drop column replaced_by;
alter table request drop column instead_of;
