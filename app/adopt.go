package app

import (
	"context"
	"errors"
	"fmt"

	"magpie/store"
)

// earlier is the account to which everything belonged before rows bore one: the only one, or
// main; "" where that cannot be told.
func (h *house) earlier() string {
	if len(h.accounts) == 1 {
		return h.accounts[0].AppID()
	}
	if main, known := h.accounts.Named("main"); known {
		return main.AppID()
	}
	return ""
}

// adopt gives what was written before rows bore an account to the one that it can only be of.
func (h *house) adopt(ctx context.Context) error {
	account := h.earlier()
	if account == "" {
		return h.nothingToAdopt(ctx)
	}
	return errors.Join(h.outbox.Adopt(ctx, account), h.schedules.Adopt(ctx, account), h.audiences.Adopt(ctx, account))
}

func (h *house) adoptNicknames(ctx context.Context) error {
	account := h.earlier()
	if account == "" {
		return h.nothingToAdopt(ctx)
	}
	return store.Nicknames{DB: h.db, Account: account}.Adopt(ctx, h.now())
}

// nothingToAdopt refuses to guess whose what was written before rows bore an account is.
func (h *house) nothingToAdopt(ctx context.Context) error {
	for _, table := range []string{"request", "schedule", "audience", "audience_version", "unsubscribed", "wechat_nickname"} {
		var nobodys int
		if err := h.db.QueryRow(ctx, "select count(*) from "+table+" where account = ''").Scan(&nobodys); err != nil {
			return fmt.Errorf("look whose the rows of %s are: %w", table, err)
		}
		if nobodys > 0 {
			return fmt.Errorf("the database holds %d rows (%s) of before they bore an account: call the account that they are of main in ACCOUNTS, once", nobodys, table)
		}
	}
	return nil
}
