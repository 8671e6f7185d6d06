package render

import (
	"strings"
	"unicode/utf8"
)

// selling are words of a sentence that praises what is to be bought: whose it is, what one
// does with it, and what is promised of it.
var selling = strings.Fields(`本店 本品 本产品 我司 本公司 我们公司 我们家 我家的 我们的产品 我们的服务 我们品牌 本品牌 大品牌 品质 正品 优惠 下单 选购 抢购 热卖
	促销 特价 秒杀 包邮 口碑 热销 畅销 爆款 同类产品 疗效 功效 口感 礼盒 售后 厂家 匠心 尊享 加盟 扫码购买 立即购买 欢迎购买 值得购买 购买我们 顾客 消费者 性价比 代理商 专柜 护肤 保健品`)

// choosing are words that make an offer of whatever stands right before them.
var choosing = []string{"选择", "的选择", "品牌", "的品牌", "之选"}

// sentenceEnds part what is said of one thing from what is said of another.
const sentenceEnds = "。！？!?；;\n"

// maxSentence is how many bytes of a sentence are looked at on each side of a word.
const maxSentence = 180

// sells reports whether the sentence around a word offers something.
func sells(text string, at, length int) bool {
	rest := text[at+length:]
	for _, offer := range choosing {
		if strings.HasPrefix(rest, offer) {
			return true
		}
	}
	from := max(0, at-maxSentence)
	for from < at && !utf8.RuneStart(text[from]) {
		from++
	}
	before := text[from:at]
	if end := strings.LastIndexAny(before, sentenceEnds); end >= 0 {
		before = before[end:]
	}
	rest = rest[:min(len(rest), maxSentence)]
	if end := strings.IndexAny(rest, sentenceEnds); end >= 0 {
		rest = rest[:end]
	}
	for _, word := range selling {
		if strings.Contains(before, word) || strings.Contains(rest, word) {
			return true
		}
	}
	return false
}
