package templates

import "golang.org/x/text/language"

// Numerals take the gender of what they count, so they are written in figures.
func portuguese() words {
	return words{
		Tag: language.Portuguese,

		Mail:         "e-mail",
		Issue:        "Edição {n}",
		ReadOnline:   "Ler na web",
		Inside:       "Nesta edição",
		TopStory:     "Destaque",
		Rest:         "E ainda",
		ReadAt:       "Ler em {source}",
		AlsoIn:       "Também em {tag}",
		AlsoTags:     "também em {tags}",
		Elsewhere:    "Também em {sources}",
		Untitled:     "Sem título",
		Unsubscribe:  "Cancelar a assinatura",
		ChooseTopics: "Escolher temas",
		PauseMail:    "Pausar",
		Unfollow:     "Deixar de seguir {tag}",
		LeaveLink:    "Cancelar a assinatura por e-mail",
		LeaveByMail:  "Para cancelar a assinatura, basta escrever para {address} com o assunto “unsubscribe”.",
		Privacy:      "Sem pixels de rastreamento, sem links reescritos: cada título leva diretamente à sua fonte.",
		PrivacyLoad:  "Sem links reescritos: cada título leva diretamente à sua fonte. A imagem é carregada do site que a publica.",
		Done:         "Isso é tudo.",
		Next:         "A próxima edição chega {when}.",
		Why:          "O endereço {email} recebe esta carta porque assina “{title}”.",
		WhyWhen:      "O endereço {email} recebe esta carta {schedule} porque assina “{title}”.",

		Hello:       "Olá, {name}.",
		Overview:    "{stories} de {sources}.",
		OverviewMin: "{stories} de {sources}, cerca de {minutes} de leitura no total.",

		NewStories: counted{One: "{n} artigo novo", Other: "{n} artigos novos"},
		Sources:    counted{One: "{n} fonte", Other: "{n} fontes"},
		MinutesAll: counted{One: "{n} minuto", Other: "{n} minutos"},
		Stories:    counted{One: "{n} artigo", Other: "{n} artigos"},
		Minutes:    counted{Other: "{n} min"},
		MoreOnline: counted{Other: "mais {n} na web"},
		MoreHidden: counted{One: "mais {n} que não coube", Other: "mais {n} que não couberam"},
		MoreNames:  counted{Other: "mais {n}"},
		Broken: counted{
			One:   "Desta vez não foi possível ler {n} fonte: {names}.",
			Other: "Desta vez não foi possível ler {n} fontes: {names}.",
		},
		Shortened: counted{
			One:   "Para que esta mensagem chegue inteira, {n} artigo aparece sem resumo.",
			Other: "Para que esta mensagem chegue inteira, {n} artigos aparecem sem resumo.",
		},

		And:      " e ",
		Comma:    ", ",
		Pause:    ", ",
		Colon:    ": ",
		Gap:      " ",
		Grouped:  1000,
		LongDate: "{weekday}, {day} de {month} de {year}",
		FirstDay: "1º",
		At:       "às {time}",
		AtOne:    "à {time}",
		When:     "{weekday} {at}",
		WhenDate: "{weekday}, {day} de {month}, {at}",
		Daily:    "todos os dias {at}",
		Workdays: "de segunda a sexta-feira {at}",
		Weekly:   "{weekdays} {at}",
		Monthly:  "no dia {day} de cada mês {at}",
		Weekdays: [7]string{
			"domingo", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado",
		},
		OnDay: [7]string{
			"no domingo", "na segunda-feira", "na terça-feira", "na quarta-feira", "na quinta-feira", "na sexta-feira", "no sábado",
		},
		EachDay: [7]string{
			"aos domingos", "às segundas-feiras", "às terças-feiras", "às quartas-feiras", "às quintas-feiras", "às sextas-feiras", "aos sábados",
		},
		Months: [12]string{
			"janeiro", "fevereiro", "março", "abril", "maio", "junho",
			"julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
		},

		Pages: portuguesePages(),
	}
}
