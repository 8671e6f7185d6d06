package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"magpie/cards"
	"magpie/wechat"
)

// Heard takes an event of WeChat's about an account: the final outcome of what was sent goes to its
// request, that of a publishing to its article too; what people do, to the audiences. All
// other events are nobody's here.
func (b *Book) Heard(ctx context.Context, account string, e wechat.Event) error {
	switch what := e.What.(type) {
	case wechat.Followed:
		return b.outbox.Scanned(ctx, account, what.Scene, e.From)
	case wechat.Scanned:
		return b.outbox.Scanned(ctx, account, what.Scene, e.From)
	case wechat.Unfollowed:
		return errors.Join(b.outbox.Forget(ctx, account, e.From), b.audiences.Heard(ctx, account, e))
	case wechat.SubscribeAnswered, wechat.Wrote:
		return b.audiences.Heard(ctx, account, e)
	case wechat.SubscribeSent:
		var errs []error
		for _, o := range what.Outcomes {
			// An account sends one of the two; of the other it has no such delivery.
			for _, kind := range []string{"subscribe.send", "weapp.subscribe.send"} {
				errs = append(errs, b.outbox.Engine.Report(ctx, account, kind, subscribeRef(o.TemplateID, e.From), o.OK(), saidLater(o.OK(), o.Status, o.Code)))
			}
		}
		return errors.Join(errs...)
	case wechat.TemplateSent:
		return b.outbox.Engine.Report(ctx, account, "template.send", what.MsgID, what.OK(), saidLater(what.OK(), what.Status, 0))
	case wechat.MassSent:
		return b.outbox.Engine.Report(ctx, account, "mass.send", what.MsgID, what.OK(), massEnded(what))
	case wechat.PublishDone:
		ok, words := what.Status == wechat.Published, cards.Text{}
		if !ok {
			words = cards.Both(what.Status.In("en"), what.Status.In("zh"))
		}
		return errors.Join(b.outbox.Engine.Report(ctx, account, "article.publish", what.PublishID, ok, words), b.articles.Heard(ctx, account, what.PublishState))
	}
	return nil
}

// neverTold says on cards that WeChat tells the outcome by its events alone, where an account
// receives none: no call asks for it.
func neverTold(b *Book) []cards.Text {
	if b.account == "" || b.wechat.Hears {
		return nil
	}
	return []cards.Text{cards.T("heard.never")}
}

// laterWords are the outcomes that need words of their own, by what WeChat says.
var laterWords = []struct {
	said string
	cards.Text
}{
	{"user block", cards.T("heard.blocked")},
	{"user refuse", cards.T("heard.refused")},
	{"system failed", cards.T("heard.system")},
}

// saidLater is WeChat's final word on one message; that it arrived needs none.
func saidLater(ok bool, status string, code int) cards.Text {
	if ok {
		return cards.Text{}
	}
	own := strings.TrimSpace(status)
	if code != 0 {
		own = strings.TrimSpace(fmt.Sprintf("%d %s", code, own))
	}
	for _, w := range laterWords {
		if strings.Contains(strings.ReplaceAll(status, "_", " "), w.said) {
			return cards.T("heard.why", "what", w.Text, "own", cards.Code(own))
		}
	}
	return cards.T("heard.own", "own", cards.Code(own))
}

// massCodes are what the check of a mass message found, by the code in err(CODE).
var massCodes = map[string][2]string{
	"10001": {"WeChat takes it for an advertisement.", "涉嫌广告。"},
	"20001": {"WeChat takes it for politically sensitive.", "涉嫌政治。"},
	"20002": {"WeChat takes it for indecent.", "涉嫌色情。"},
	"20004": {"WeChat takes it for socially harmful.", "涉嫌社会类违规。"},
	"20006": {"WeChat takes it for unlawful.", "涉嫌违法犯罪。"},
	"20008": {"WeChat takes it for fraud.", "涉嫌欺诈。"},
	"20013": {"It may infringe a copyright.", "涉嫌版权问题。"},
	"21000": {"WeChat objects to its content.", "涉嫌其他违规。"},
	"22000": {"WeChat takes it for mutual promotion.", "涉嫌互推。"},
	"30001": {"The check for originality failed, and the line said not to send reprints.", "原创校验出现系统错误，且设置了转载不群发。"},
	"30002": {"The check for originality does not let it be sent.", "原创校验判定不能群发。"},
	"30003": {"It is a reprint, and the line said not to send reprints.", "原创校验判定为转载，且设置了转载不群发。"},
	"40001": {"The account's administrator refused it.", "管理员拒绝群发。"},
	"40002": {"The account's administrator did not confirm it within 30 minutes.", "管理员 30 分钟内未确认，已超时。"},
}

// massEnded is what became of a mass message.
func massEnded(m wechat.MassSent) cards.Text {
	if m.OK() {
		return cards.T("heard.mass", "total", m.Total, "sent", m.Sent, "failed", m.Failed)
	}
	code := strings.TrimSuffix(strings.TrimPrefix(m.Status, "err("), ")")
	if words, ok := massCodes[code]; ok {
		return cards.T("heard.why", "what", cards.Both(words[0], words[1]), "own", cards.Code(m.Status))
	}
	return cards.T("heard.own", "own", cards.Code(m.Status))
}
