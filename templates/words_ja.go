package templates

import "golang.org/x/text/language"

func japanese() words {
	return words{
		Tag: language.Japanese,

		Mail:         "メール",
		Issue:        "第{n}号",
		ReadOnline:   "ブラウザーで読む",
		Inside:       "今号の内容",
		TopStory:     "今号の一本",
		Rest:         "その他",
		ReadAt:       "{source}で読む",
		AlsoIn:       "{tag}のその他の記事",
		AlsoTags:     "{tags}にも関連",
		Elsewhere:    "{sources}にも掲載",
		Untitled:     "無題",
		Unsubscribe:  "配信を停止する",
		ChooseTopics: "トピックを選ぶ",
		PauseMail:    "配信を休止",
		Unfollow:     "{tag}のフォローをやめる",
		LeaveLink:    "メールで配信を停止する",
		LeaveByMail:  "配信を停止するには、件名を「unsubscribe」として{address}までメールをお送りください。",
		Privacy:      "開封を追跡する画像も、書き換えたリンクもありません。見出しはすべて元の記事に直接つながります。",
		PrivacyLoad:  "書き換えたリンクはありません。見出しはすべて元の記事に直接つながります。画像は配信元から読み込まれます。",
		Done:         "今回は以上です。",
		Next:         "次号は{when}にお届けします。",
		Why:          "このメールは、「{title}」を購読されている{email}宛てにお送りしています。",
		WhyWhen:      "このメールは、「{title}」を購読されている{email}宛てに{schedule}お送りしています。",

		Hello:       "{name}さん、こんにちは。",
		Overview:    "{sources}から、{stories}をお届けします。",
		OverviewMin: "{sources}から、{stories}をお届けします。すべて読むと約{minutes}です。",

		NewStories: counted{Other: "新着記事{n}本"},
		Sources:    counted{Other: "{n}件の配信元"},
		MinutesAll: counted{Other: "{n}分"},
		Stories:    counted{Other: "{n}本"},
		Minutes:    counted{Other: "{n}分"},
		MoreOnline: counted{Other: "ほか{n}本はウェブで"},
		MoreHidden: counted{Other: "ほか{n}本は載せきれませんでした"},
		MoreNames:  counted{Other: "ほか{n}件"},
		Broken:     counted{Other: "今回は{n}件の配信元を読み込めませんでした：{names}。"},
		Shortened:  counted{Other: "メール全体を無事にお届けするため、{n}本の記事は要約を省いています。"},

		And:      "と",
		Comma:    "、",
		Pause:    "、",
		Colon:    "：",
		Grouped:  1000,
		LongDate: "{year}年{month}{day}日（{weekday}）",
		At:       "{time}",
		When:     "{weekday}の{at}",
		WhenDate: "{month}{day}日（{weekday}）の{at}",
		Daily:    "毎日{at}に",
		Workdays: "月曜日から金曜日の{at}に",
		Weekly:   "毎週{weekdays}の{at}に",
		Monthly:  "毎月{day}日の{at}に",
		Weekdays: [7]string{"日曜日", "月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日"},
		Months:   [12]string{"1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"},

		Pages: japanesePages(),
	}
}
