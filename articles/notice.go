package articles

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"magpie/cards"
	"magpie/store"
)

// The AI notice is a line below an article that a model wrote, which readers see. It is
// part of the rendering, so of the preview and of what is approved.

// builtInNotice is what AI_NOTICE=on says, by the language of the article.
var builtInNotice = map[string]string{"zh": "本文由人工智能辅助撰写。", "en": "This article was written with the help of artificial intelligence."}

// On and off of an article's own notice; "" is as AI_NOTICE has it.
const (
	noticeOn  = "on"
	noticeOff = "off"
)

// noticeOf is the notice that a text of an article bears, or "".
func (d *shelf) noticeOf(ctx context.Context, q store.Queryer, a Article, n int64) (string, error) {
	said := d.Notice
	if a.Notice == noticeOff || said == "" && a.Notice != noticeOn {
		return "", nil
	}
	if said == "" || said == noticeOn {
		said = builtInNotice["en"]
		if labelsIn(a.Lang) == "zh" {
			said = builtInNotice["zh"]
		}
	}
	by, err := isModels(ctx, q, a.N, n)
	if err != nil || !by {
		return "", err
	}
	return said, nil
}

// isModels reports whether a text is a model's, changed by hand or not. What a person
// imported is not, until a model revises it.
func isModels(ctx context.Context, q store.Queryer, article, n int64) (bool, error) {
	var how string
	err := q.QueryRow(ctx, `select how from article_revision where article = $1 and n <= $2 and how in ('drafted', 'revised', 'translated', 'imported')
		order by n desc limit 1`, article, n).Scan(&how)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read who wrote article %d: %w", article, err)
	}
	return how != "imported", nil
}

// declared reminds approvers of what WeChat asks of authors, where a model wrote.
func declared(models bool) []cards.Text {
	if !models {
		return nil
	}
	return []cards.Text{cards.T("article.declare_ai")}
}

// setNotice turns an article's notice on or off. It refuses, without a code, for what no
// model wrote.
func (d *shelf) setNotice(ctx context.Context, tx *store.Tx, a Article, to string) error {
	by, err := isModels(ctx, tx, a.N, a.Revision)
	if err != nil {
		return err
	}
	if !by {
		return cards.Refuse("article.notice_imported", "article", name(a.N))
	}
	if _, err := tx.Exec(ctx, "update article set ai_notice = $2 where n = $1", a.N, to); err != nil {
		return err
	}
	return d.redraw(ctx, tx, a.N)
}
