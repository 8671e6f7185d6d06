package wechat

// SubscribeAnswered tells what From answered when they were asked to subscribe, or has
// changed since in the settings. Sources: WeChat's guide
// product/subscription_messages/push for Official Accounts, and the same three events of
// Mini Programs.
type SubscribeAnswered struct{ Answers []SubscribeAnswer }

// SubscribeAnswer is the answer for one template.
type SubscribeAnswer struct {
	TemplateID string
	Accepted   bool
}

// Followed tells that From follows the account now, and by which scene of a QR code.
type Followed struct{ Scene string }

// Unfollowed tells that From follows the account no more. WeChat asks that what is known
// of them is deleted then.
type Unfollowed struct{}

// Scanned tells that From, who follows the account, scanned a QR code with a scene.
type Scanned struct{ Scene string }

// Wrote tells that From sent the account a message, which opens the 48 hours of
// [Client.SendCustom].
type Wrote struct{}

// followScene stands before the scene where somebody follows by a code, and not where
// they scan one as a follower.
const followScene = "qrscene_"

// subscribeAnswers reads the answers from wherever they stand: WeChat's page shows a
// change inside the container of the pop-up too, and Mini Programs receive a bare List.
func (n *node) subscribeAnswers() SubscribeAnswered {
	list := n.all("List")
	for _, inside := range []string{"SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent"} {
		list = append(list, n.at(inside).all("List")...)
	}
	var s SubscribeAnswered
	for _, l := range list {
		if id := l.text("TemplateId"); id != "" {
			s.Answers = append(s.Answers, SubscribeAnswer{id, l.text("SubscribeStatusString") == "accept"})
		}
	}
	return s
}
