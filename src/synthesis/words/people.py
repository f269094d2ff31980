# ruff: noqa: E501 (tables of words)
"""Names of persons, places and products' code names."""

FIRST = """
Ada Adam Adele Agnes Ahmed Aiko Alan Albert Alejandro Alice Alina Amara Amir Ana Anders Andrea Anna
Anton Anya Arjun Arthur Astrid Ayesha Barbara Beatriz Ben Bilal Björn Bob Boris Bruno Camille Carla
Carlos Carmen Carol Cecilia Chen Chiara Chloé Chris Clara Colin Dai Daniel Daria Dave David Deborah
Deepa Diego Dmitri Dora Edith Eduardo Elena Eli Elif Elise Emil Emma Emre Erik Esther Eva Fatima
Felix Femi Fiona Frank Freya Gabriel George Gina Giulia Grace Greta Gustav Hana Hannah Hans Hassan
Heidi Helen Henrik Hiro Hugo Ibrahim Ida Igor Ilse Imani Ines Ingrid Irene Isaac Ivan Jack Jakub Jan
Jana Jasmin Jean Jens Jia Joan Johan John Jonas José Judith Julia Kai Karim Karin Kateryna Kenji
Kofi Kwame Lara Lars Laura Leila Leo Lena Li Lina Linus Lisa Liu Lola Louis Lucia Luis Lukas Maja
Malik Marco Maria Marie Mark Marta Martin Mateo Max Mei Mia Miguel Mika Milan Mira Mohammed Mona
Nadia Naomi Nia Nico Nikolai Nina Noah Nora Ola Olaf Olga Oliver Omar Oscar Paolo Patrick Paula
Pavel Pedro Peter Petra Pia Piotr Priya Quentin Rachel Rafael Raj Rana Rebecca René Rita Robert Rosa
Ruth Ryan Sabine Said Salma Sam Samira Sandra Sanjay Sara Sean Selim Simone Sofia Stefan Sven Tara
Tariq Teresa Theo Thomas Tim Tina Tom Tomás Ulla Uma Ursula Valentina Vera Victor Vikram Walter Wei
Wendy Xavier Xin Yara Yasmin Yuki Yusuf Zahra Zoe Zsófia
""".split()
LAST = """
Abbott Adeyemi Ahmed Alvarez Andersen Bakker Barnes Becker Berger Bianchi Brandt Brown Bergström
Carter Castro Chen Cohen Costa Cruz Dahl Davies Diaz Dubois Eriksen Evans Ferrari Fischer Fontaine
Garcia Gomez Gray Gupta Haas Hansen Hill Hoffmann Horvat Hughes Ito Ivanov Jansen Jensen Jones Kaya
Keller Khan Kim Klein Kowalski Kumar Lang Larsen Lee Lopez Martin Meyer Moreau Morris Müller Murphy
Nakamura Nguyen Novak Okafor Olsen Park Patel Pereira Petrov Popov Price Rao Reyes Rossi Roy Santos
Sato Schmidt Silva Singh Smith Sørensen Suzuki Tan Taylor Torres Turner Vargas Vogel Wagner Walker
Wang Weber White Wilson Wood Wright Yang Young Zhang Zimmermann
""".split()
PLACES = """
Aachen Aberdeen Accra Adelaide Algiers Amsterdam Ankara Antwerp Athens Auckland Austin Baghdad Bali
Bangkok Basel Beirut Belfast Belgrade Bergen Berlin Bern Bilbao Bogotá Bologna Bonn Bordeaux Boston
Bratislava Bremen Bristol Brno Brussels Bucharest Budapest Cairo Calais Cardiff Chicago Cologne
Cork Córdoba Dakar Dallas Delft Delhi Denver Dhaka Dover Dresden Dublin Durban Essen Faro Florence
Fulda Galway Gdańsk Geneva Genoa Ghent Girona Glasgow Graz Hamburg Hanoi Havana Helsinki Houston
Innsbruck Istanbul Izmir Jakarta Jena Kabul Kassel Kiel Kraków Kyoto Lagos Leeds Leipzig Lima Linz
Lisbon Ljubljana Lublin Lusaka Lyon Madrid Malmö Manila Marseille Memphis Miami Milan Minsk Munich
Nairobi Nantes Naples Nice Odessa Osaka Oslo Ottawa Oxford Padua Palermo Paris Perth Pisa Porto
Potsdam Prague Quito Reims Rennes Riga Rome Rostock Salzburg Seoul Seville Siena Sofia Split Tallinn
Tampere Tartu Tokyo Toledo Trento Trieste Tunis Turin Ulm Utrecht Valencia Vienna Vilnius Warsaw York
Zagreb Zürich
""".split()
LANDMARKS = """
harbour mill farm castle station market chapel bridge tower village lighthouse quarry school forest
inn library museum temple ferry camp cabin spring lake cave meadow hill town-hall bakery cemetery
garden pier airport stadium hospital theatre
""".split()
