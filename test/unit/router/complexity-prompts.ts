import type { Complexity } from '../../../src/router/port.ts';

/** A prompt, and how hard the writer of these tests thinks it is to answer well. */
export type LabelledPrompt = { readonly label: Complexity; readonly prompt: string };

/**
 * Written and labelled by hand before the rule was, domain by domain. SIMPLE: any model answers it; COMPLEX: several
 * steps, much to keep in mind, or a proof; MEDIUM: between them, or not to be told from the prompt alone. What is not
 * English is never SIMPLE, since the rule does not read it.
 */
const LABELLED: Readonly<Record<Complexity, string>> = {
  SIMPLE: `
Hello!
Hi there, how are you?
Thanks, that helped a lot
Good morning
ok thank you
bye
What can you do?
Who are you?
What is the capital of France?
Who wrote Pride and Prejudice?
When did the Second World War end?
How many legs does a spider have?
What does HTTP stand for?
Define photosynthesis.
What is the boiling point of water in Fahrenheit?
How do you spell necessary?
Translate "good night" into Spanish.
What is the plural of ox?
Give me a synonym for happy.
What time zone is Tokyo in?
Where is Mount Kilimanjaro?
Is a tomato a fruit?
How tall is the Eiffel Tower?
What colour do you get when you mix blue and yellow?
What is 17 + 25?
Convert 10 miles to kilometres.
What is a broody hen?
How many eggs does a hen lay in a week?
Can chickens eat avocado?
At what age do pullets start to lay?
How long do chicken eggs take to hatch?
What is the normal body temperature of a chicken?
Which breed of chicken lays blue eggs?
Do hens need a rooster to lay eggs?
What are your opening hours?
Where is my order?
How do I reset my password?
Do you ship to Canada?
What is your return policy?
Is there a student discount?
Which payment methods do you accept?
What is a mutual fund?
What does APR mean?
What is the ticker symbol of Apple?
When is the tax filing deadline in the US?
What is the currency of Japan?
What is hypertension?
Is ibuprofen an anti-inflammatory drug?
What is the normal resting heart rate of an adult?
What does BMI stand for?
What is a tort?
What does pro bono mean?
Who is the chief justice of the United States?
What is the legal drinking age in Germany?
What does the len function do in Python?
Which HTTP status code means not found?
What is a primary key?
How do I exit vim?
What is the default port of Redis?
What is a prime number?
What is the square root of 144?
Is 91 a prime number?
Name the three primary colours.
List the planets of the solar system.
`,
  MEDIUM: `
Why?
why is the sky blue
Explain recursion to a ten-year-old.
Write a short poem about autumn.
Summarise this article in three bullet points.
Write an email to my landlord asking for a repair of the heating.
Give me ideas for a birthday party for my daughter.
What are the main causes of inflation?
Describe the water cycle.
How does a refrigerator work?
Suggest a name for a bakery.
Tell me a story about a dragon who is afraid of fire.
What is the difference between a virus and a bacterium?
Why do my hens stop laying in winter?
How can I tell whether a hen is ill?
My hen is limping and does not eat. What should I do?
What should I feed chicks in their first weeks?
How do I introduce new hens to an old flock?
Explain how an incubator keeps the humidity right.
Why are my broilers growing more slowly than usual?
My parcel arrived damaged, what can I do?
The app logs me out every few minutes. Can you help?
I was charged twice for my subscription.
Write a friendly answer to a customer whose order is late.
How do I connect the printer to my wireless network?
Explain compound interest.
Should I pay off my mortgage or invest?
What are the advantages of an index fund?
How does a stock split affect shareholders?
What is the difference between a Roth and a traditional retirement account?
What are the side effects of metformin?
Explain how vaccines work.
How is type 2 diabetes treated?
Can I take ibuprofen together with my blood pressure pills?
What should I do about a sprained ankle?
What is the difference between a felony and a misdemeanor?
Can my employer read my private email?
Explain the doctrine of consideration in contract law.
Can a landlord keep the deposit when the tenant leaves early?
Write a Python function that reverses a string.
How do I centre a div with CSS?
What is the difference between a process and a thread?
Explain what a closure is in JavaScript.
Write a regular expression that matches an email address.
Solve 3x + 7 = 22.
What is the derivative of x^3 sin(x)?
A shirt costs 40 dollars and is reduced by 15 percent. What does it cost now?
Explain the Pythagorean theorem.
Rewrite this so that it sounds more polite: Send me the report today.
Continue the text.
Make it shorter.
vlan trunk native mismatch
best laptop 2025
Was ist die Hauptstadt von Frankreich?
Wie viele Eier legt ein Huhn im Jahr?
Schreibe eine kurze Entschuldigung an einen Kunden.
Hallo, wie geht es dir?
Warum ist der Himmel blau?
Quelle est la capitale de la Suisse ?
Bonjour, comment allez-vous ?
Expliquez la photosynthèse.
Quels sont les effets secondaires du paracétamol ?
¿Cuál es la capital de Perú?
¿Cuántos días tiene febrero?
Escribe un correo para pedir vacaciones.
Hola, ¿qué tal?
法国的首都是哪里？
你好
请写一首关于秋天的诗。
日本の首都はどこですか。
`,
  COMPLEX: `
Prove that there are infinitely many prime numbers of the form 4k + 3.
Let G be a finite group of order pq with p < q primes. Show that G has a normal subgroup of order q.
Derive the Euler-Lagrange equation from the principle of least action, and use it to obtain the equation of motion of a double pendulum.
Find all integers n for which n^2 + 2n + 12 is divisible by 121, and justify your answer.
Evaluate the integral of x^2 e^{-x^2} over the real line and explain each step. Then generalise the result to x^{2n}.
A train leaves at 9:00 and travels at 80 km/h. A second one leaves the same station at 10:30 at 110 km/h. The first stops for 12 minutes after 60 km. When and where does the second train catch up?
Natalie buys 3 boxes with 24 pencils each. She gives 5 pencils to each of her 8 friends and sells half of the rest at 0.25 dollars a piece. How much money does she earn?
A farm has 1200 broilers with a feed conversion ratio of 1.6. Each bird is sold at 2.4 kg for 1.9 dollars per kg. Feed costs 410 dollars a tonne, and 4 percent of the birds die. What is the profit, and at which feed price does it become zero?
Compare the housing systems free range, barn and enriched cage for a farm of 5000 layers. Consider investment, labour, animal welfare and egg price, and recommend one with a ten-year cash flow.
My flock of 300 layers dropped from 92 to 71 percent production within 10 days. Feed intake fell by 8 percent, shells are thin, and three birds died. We changed the feed supplier two weeks ago. Which causes are likely, in what order would you rule them out, and what should I do today?
Design a biosecurity plan for a broiler farm with four houses: visitors, vehicles, feed, vermin and dead birds. Give a checklist for each and say how to verify that it is followed.
Analyse these customer complaints, group them by cause, estimate how much each cause costs us, and propose measures with a priority for each.
A customer wants a refund for a product bought 45 days ago. Our policy allows 30 days, but the product was delivered 20 days late and he has complained twice before. Draft an answer, decide whether to refund, and explain how the decision follows from the policy.
Design an escalation process for a support team with three levels, including response times, hand-over rules and metrics, and discuss the trade-offs.
A company has revenue of 12 million, a gross margin of 40 percent, operating costs of 3.1 million and debt of 5 million at 7 percent. Build a discounted cash flow valuation for five years with 8 percent growth and a discount rate of 11 percent, and test how sensitive it is to both.
Compare an interest rate swap with a cap for a borrower who expects rates to rise but has to keep a debt covenant. Analyse cash flows under three scenarios and recommend one.
Explain how the Black-Scholes formula follows from no-arbitrage, derive the Greeks delta and gamma, and discuss where its assumptions fail in practice.
Evaluate whether our company should lease or buy a fleet of 30 vans, given a tax rate of 28 percent, a cost of capital of 9 percent and a residual value of 25 percent after 4 years.
A 58-year-old man with diabetes and hypertension presents with three hours of crushing chest pain radiating to the left arm. Blood pressure is 88/56 mmHg, heart rate 112, and the ECG shows ST elevation in II, III and aVF. He takes sildenafil. Which drug is contraindicated, and what is the most appropriate next step?
A 34-year-old woman has fatigue, weight gain, cold intolerance and constipation. TSH is 0.9 mU/l and free T4 is low. Prolactin is mildly raised. Discuss the differential diagnosis and the next investigations, and justify their order.
Critically review the evidence for statins in primary prevention in people above 75, weigh absolute benefit against harm, and say how you would discuss it with a patient.
A patient on warfarin with an INR of 6.2 and no bleeding needs a hip operation in 48 hours. Work out a plan for reversal and bridging, and compare it with the plan for a patient on apixaban.
A seller promises goods by letter; the buyer's acceptance is posted but never arrives. Meanwhile the seller revokes by telephone and sells to a third party, who knew of the first offer. Analyse the rights of all three under common law, and say how the result differs under the CISG.
Draft a limitation of liability clause for a software contract that excludes indirect damages, caps direct damages at twelve months of fees, and remains enforceable under German law on standard terms. Explain each choice.
An employee was dismissed after she reported safety violations and took medical leave. Evaluate her claims under whistleblower protection, disability discrimination and contract law, including the burden of proof and likely defences.
Compare the fair use doctrine of US copyright law with the exceptions of EU directive 2019/790 with regard to training language models, and assess the risk for a company that does business in both.
Design a rate limiter for a distributed API that serves 50,000 requests per second in three regions. It must tolerate the loss of one region, never allow more than 1 percent above the limit, and add at most 2 ms. Discuss the trade-offs.
Refactor this class so that it can be tested without a database, keep its public interface, and write unit tests for the edge cases.
Implement a thread-safe LRU cache in Rust with a time to live for each entry, constant-time get and put, and a bound on memory. Explain the choice of data structures and write tests.
My service deadlocks about once a day under load. Two workers take a row lock on orders and then one on customers, and a nightly job takes them in the other order. Explain the cause, propose two ways to fix it, and compare their effect on throughput.
Write a SQL query that returns for each customer the three most expensive orders of the last 90 days, the share of each in his total, and a running sum by date, without window functions. Then explain how to index the tables.
Migrate a monolith with 400 tables to services without downtime: propose an order, say how to keep the data consistent meanwhile, and list the risks with a way to reduce each.
What is the major product when (R)-3-methylcyclohexanone is treated with LDA at -78 °C followed by methyl iodide, and what is its stereochemistry? Explain the regioselectivity.
Calculate the pH of a buffer made from 50 ml of 0.20 M acetic acid and 30 ml of 0.15 M sodium hydroxide (Ka = 1.8e-5), and the change when 5 ml of 0.1 M HCl are added.
A spin-1/2 particle is in the state (|0> + i|1>)/sqrt(2). Compute the expectation values of sigma_x, sigma_y and sigma_z, and the probability to measure spin up along the axis (1,1,0)/sqrt(2).
Analyse how the Treaty of Versailles contributed to the rise of National Socialism, contrast two schools of historians on it, and evaluate which is better supported by the sources.
Write a 2000-word essay that compares Kant's and Mill's views on lying, with counterarguments to each, and takes a position.
Plan a three-week trip through Japan for two adults and a child who uses a wheelchair, with a budget of 6000 euros, at most four hours of travel a day, and no more than five hotels. Give a table with costs for each day.
Write a business plan for a mobile bakery: market analysis, pricing, a staffing plan, a three-year profit and loss forecast, and the main risks with countermeasures.
There are five houses in a row, each of a different colour. The Norwegian lives in the first one. The green house is left of the white one. The Dane drinks tea. Who keeps the fish, if the German does and smokes in the fourth house? Reason step by step and check for consistency.
Six people sit around a table. Anna does not sit beside Ben, Carl sits opposite Dora, and Eva sits to the right of Ben. In how many ways can they be seated, if Frank must not sit beside Anna?
`,
};

/** Every prompt with its label; within each label in the order in which they were written. */
const ALL: readonly LabelledPrompt[] = (['SIMPLE', 'MEDIUM', 'COMPLEX'] as const).flatMap((label) =>
  LABELLED[label]
    .trim()
    .split('\n')
    .map((prompt) => ({ label, prompt })),
);

/** What the rule was made with. */
export const DEVELOPMENT_PROMPTS = ALL.filter((_, index) => index % 3 !== 2);

/** A third that was looked at when the rule was done; words that fitted single prompts were then taken out of it. */
export const HELD_OUT_PROMPTS = ALL.filter((_, index) => index % 3 === 2);
