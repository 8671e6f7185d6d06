-- +goose Up
-- Who lets a paused request go on: '' whoever may hold it, 'approver' an approver,
-- 'failures' an approver who did not ask for it.
alter table request add column held_for text not null default '';
update request set held_for = 'failures' where state = 'paused'
    and exists (select 1 from broadcast b where b.request = request.n and b.hold_why like '%"hold.failures"%');
update request set held_for = 'approver' where state = 'paused' and held_for = ''
    and exists (select 1 from act a where a.request = request.n and a.verb = 'paused' and a.who <> request.asked_by
        and a.id = (select max(last.id) from act last where last.request = request.n and last.verb in ('paused', 'resumed', 'held')));
create index broadcast_failed_of on broadcast (failed_of) where failed_of > 0;

-- +goose Down
drop index broadcast_failed_of;
alter table request drop column held_for;
