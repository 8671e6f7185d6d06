package playground_test

import "testing"

// The app's Home, its shortcuts, and what is chosen for the bot, on the page.
func TestTheHomeAndTheShortcuts(t *testing.T) {
	s := newStage(t)
	s.size(1440, 900)
	s.open()
	s.say(`/wechat subscribe send tpl_tea to=oReader,oAlice thing1="Longjing" time2="15:00"`)
	s.sees(".ephemeral", "#1 waits")
	s.be("U2BOB")
	s.click(`[data-global="waiting_for_me"]`)
	s.sees(".modal", "#1")
	s.click(`.modal [aria-label="Close"]`)
	s.seesNot(".modal")
	s.click(`[data-global="ask_wechat"]`)
	s.sees(".modal", "Ask WeChat")
	s.click(`.modal [aria-label="Close"]`)
	s.channel("D")
	s.click(`[data-home="home_tab"]`)
	s.sees("#home", "#1", "Approve")
	s.picture("home")
	s.click(`#home button[data-value="approve 1"]`)
	s.sees(".notification", "茶会通知", "Longjing", "oReader")
	s.click(`[data-home="messages_tab"]`)
	s.be("U2BOB")
	s.channel("C1")
	s.sees(".message", "#1", "Sent to 2")
	s.picture("decided")

	t.Log("Another language for what a channel shares.")
	s.click(`[data-fault="set_chinese"]`)
	s.sees(`[data-fault="set_chinese"][aria-pressed="true"]`)
	s.sees(`.bot[data-bots="2"]`, "bot connected")
	s.be("U1ALICE")
	s.say(`/wechat subscribe send tpl_tea to=oReader thing1="碧螺春" time2="16:00"`)
	s.sees(".message", "碧螺春", "批准")
	s.picture("bot-chinese")
	s.size(360, 780)
	s.picture("bot-narrow")
}
